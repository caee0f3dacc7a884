const base = require('./jest.config');

/**
 * The specs that judge a mutant: quick ones, and none that draws lots, since a mutant must not live or die by chance.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  testEnvironment: require.resolve('./spec/support/fail-fast-environment.js'),
  // A mutant that never answers: nothing here takes that long in real time.
  testTimeout: 1500,
  globals: { ...base.globals, sourcesToCount: 2000 },
  testPathIgnorePatterns: [
    'documents',
    'examples',
    'types',
    'conformance/table',
    'task/many-tasks',
    'laws/rules',
    'laws/interleavings',
    'differential',
    'libraries',
    // Processes of their own, which a mutant does not get into.
    'faults/kills-the-process',
    'faults/listener-warning',
  ].map((name) => `<rootDir>/spec/${name}`),
};
