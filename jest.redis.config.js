// The specs that need a Redis server: `npm run test:redis` starts one.
const { coverageReporters, moduleNameMapper, testEnvironment, transform } = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment,
  transform,
  moduleNameMapper,
  roots: ['<rootDir>/spec/remote'],
  testMatch: ['**/*.spec.ts'],
  testTimeout: 60_000,
  collectCoverageFrom: ['src/bullmq.ts', 'src/remote/**/*.ts'],
  coverageDirectory: 'coverage/redis',
  coverageReporters,
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
};
