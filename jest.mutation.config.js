const base = require('./jest.config');

/**
 * One file with all specs that judge a mutant: scripts/mutation-bundle.js.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  testEnvironment: require.resolve('./spec/support/fail-fast-environment.js'),
  roots: ['<rootDir>/reports/mutation'],
  testMatch: ['**/specs.spec.js'],
  transform: {},
  // A mutant that never answers: nothing here takes that long in real time.
  testTimeout: 1500,
  globals: { ...base.globals, sourcesToCount: 2000 },
};
