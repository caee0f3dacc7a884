/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  transform: { '\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.spec.json' }] },
  collectCoverageFrom: ['src/**/*.ts'],
  coverageReporters: [['text', { skipFull: true }]],
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
  moduleNameMapper: {
    '^rx-asyncio$': '<rootDir>/src/index.ts',
    '^rx-asyncio/promises$': '<rootDir>/src/promises.ts',
    '^rx-asyncio/node$': '<rootDir>/src/node.ts',
    '^rx-asyncio/timeline$': '<rootDir>/src/timeline.ts',
    '^rx-asyncio/inspect$': '<rootDir>/src/inspect.ts',
    // Sources import each other with the extension that ES modules need.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
