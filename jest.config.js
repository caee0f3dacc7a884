/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  // A machine may be busy; what hangs is found all the same.
  testTimeout: 60_000,
  // What needs a Redis server, whose coverage is counted by `npm run test:redis`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/spec/remote/'],
  transform: { '\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.spec.json' }] },
  collectCoverageFrom: ['src/**/*.ts', '!src/bullmq.ts', '!src/remote/**'],
  coverageReporters: [['text', { skipFull: true }]],
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
  moduleNameMapper: {
    '^rx-asyncio$': '<rootDir>/src/index.ts',
    '^rx-asyncio/promises$': '<rootDir>/src/promises.ts',
    '^rx-asyncio/node$': '<rootDir>/src/node.ts',
    '^rx-asyncio/timeline$': '<rootDir>/src/timeline.ts',
    '^rx-asyncio/inspect$': '<rootDir>/src/inspect.ts',
    '^rx-asyncio/bullmq$': '<rootDir>/src/bullmq.ts',
    // Sources import each other with the extension that ES modules need.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
