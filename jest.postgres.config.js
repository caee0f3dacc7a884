// The specs of rx-asyncio/bullmq that need no Redis of their own, on PostgreSQL: `npm run test:postgres` starts one.
const { moduleNameMapper, ...config } = require('./jest.redis.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...config,
  testMatch: ['**/{results,cancelling}.spec.ts'],
  coverageThreshold: {},
  moduleNameMapper: { ...moduleNameMapper, '^pg$': '<rootDir>/spec/remote/postgres/node_modules/pg' },
};
