// What we hold `src` to that no rule of ESLint's does.
const { wrongImports } = require('./rooms');

module.exports = {
  rules: {
    rooms: {
      meta: { type: 'problem', schema: [{ type: 'object' }] },
      create: (context) => ({
        Program() {
          const { sourceCode, filename: file } = context;
          for (const { index, message } of wrongImports({ ...context.options[0], file, text: sourceCode.text })) {
            context.report({ loc: sourceCode.getLocFromIndex(index), message });
          }
        },
      }),
    },
    // ESLint's own max-lines, which counts code here, cannot be set twice.
    'max-lines-in-all': {
      meta: { type: 'suggestion', schema: [{ type: 'integer' }] },
      create: (context) => ({
        Program(node) {
          const [most] = context.options;
          const { length } = context.sourceCode.getText().trimEnd().split('\n');
          if (length > most)
            context.report({ node, message: `${length} lines in all, and at most ${most} are allowed` });
        },
      }),
    },
  },
};
