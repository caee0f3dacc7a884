const path = require('node:path');
const js = require('@eslint/js');
const tseslint = require('typescript-eslint');
const { default: rxjs } = require('eslint-plugin-rxjs-x');
const house = require('./scripts/lint');

// From top to bottom: a file of src imports from its own room and from those below it.
const rooms = [
  'entries',
  'programs',
  'remote',
  'facades',
  'combinators',
  'promise',
  'timelines',
  'inspection',
  'observing',
  'task',
  'running',
  'arguments',
  'awaitable',
  'cleanup',
  'errors.ts',
];

module.exports = tseslint.config(
  // The larger examples have dependencies, compilers and rules of their own.
  {
    ignores: [
      'dist/',
      'coverage/',
      'reports/',
      '.stryker-tmp/',
      'docs/node_modules/',
      'docs/reference/',
      'docs/public/',
      'docs/.vitepress/',
      'docs/sandbox/',
      'examples/{nest,angular,opentelemetry}/',
      'spec/bundlers/dist/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked, rxjs.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      // A failure is passed on as it is, whatever was thrown.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      'rxjs-x/throw-error': 'off',
      // What follows a takeUntil here ends when it does: it awaits cleanup, or emits what was done by then.
      'rxjs-x/no-unsafe-takeuntil': 'off',
      // A Task is an Observable, and runs whether it is subscribed to or not.
      'rxjs-x/no-floating-observables': 'off',
      // Matches every default value and every property that is left out of a pattern.
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { house },
    rules: {
      'house/rooms': ['error', { src: path.join(__dirname, 'src'), order: rooms }],
      'no-restricted-imports': ['error', { patterns: [{ regex: '^rx-asyncio', message: 'An entry is for users.' }] }],
      'max-lines': ['error', { max: 120, skipComments: true, skipBlankLines: true }],
      'house/max-lines-in-all': ['error', 220],
      // V8 makes a function that is assigned to a property at once among what is old. Nothing that it refers to is then collected
      // before the next full collection, however soon it is over: all that a call has made is copied there, at three times the cost.
      'no-restricted-syntax': [
        'error',
        ...['AssignmentExpression[left.type="MemberExpression"] > .right', 'PropertyDefinition > .value'].map(
          (place) => ({
            selector: `${place}:matches(ArrowFunctionExpression, FunctionExpression)`,
            message: 'Make it a method, or assign what is made elsewhere: V8 keeps what such a function refers to.',
          }),
        ),
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['spec/{bundlers,libraries,testing}/**/*.mjs'],
    languageOptions: {
      globals: { console: 'readonly', fetch: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' },
    },
  },
  // TypeScript checks these, and knows what is defined.
  { files: ['bench/**/*.mjs'], rules: { 'no-undef': 'off' } },
);
