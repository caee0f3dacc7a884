import { join } from 'node:path';
import { createTransformerFactory, defaultHoverInfoProcessor } from '@shikijs/twoslash/core';
import { createTwoslasher } from 'twoslash';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

/**
 * The types in a program, for the pointer (theme/types.ts shows them): what the compiler makes of it with the package's
 * sources. They are attributes, so that neither the script of a page nor the search grows. An error fails the build.
 */
export function typesOnHover() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const twoslasher = createTwoslasher({
    vfsRoot: root,
    compilerOptions: {
      ...options,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: ['node'],
      noUnusedLocals: false,
      noUnusedParameters: false,
      experimentalDecorators: true,
      skipLibCheck: true,
    },
  });
  return createTransformerFactory(twoslasher)({
    langs: ['ts'],
    explicitTrigger: true,
    renderer: {
      nodeStaticInfo({ text }, node) {
        const type = defaultHoverInfoProcessor(text);
        if (type === '') return node;
        // Encoded: what strips the tags for the search takes a > within one for its end.
        return {
          type: 'element',
          tagName: 'span',
          properties: { 'data-type': encodeURIComponent(type) },
          children: [node],
        };
      },
    },
  });
}
