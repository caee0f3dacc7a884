import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import * as rxjs from 'rxjs';
import ts from 'typescript';

/** A code block of a document or a doc comment, and what the comments at its line starts say that it prints. */
export interface Example {
  readonly title: string;
  readonly code: string;
  readonly output: readonly string[];
  /** ` ```ts browser `: for a page, not for Node. */
  readonly browser: boolean;
  /** ` ```js name.js `: what the document says to put into files beside the program, by name. */
  readonly files: ReadonlyMap<string, string>;
}

const root = path.join(__dirname, '../..');

export function examplesOfDocuments(): Example[] {
  const documents = ['README.md', ...filesIn('docs', '.md')];
  return documents.flatMap((file) => examplesIn(file, readFileSync(path.join(root, file), 'utf8'), ''));
}

/** Those of the doc comments. They need no imports: what they use of rxjs and of the package is imported for them. */
export function examplesOfSources(): Example[] {
  return filesIn('src', '.ts').flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const comments = Array.from(text.matchAll(/\/\*\*[^]*?\*\//g), ([comment]) => comment.replaceAll(/^ *\* ?/gm, ''));
    const entry =
      /^src.(promises|facades)\b/.test(file) ? 'promises'
      : /^src.(node|programs)\b/.test(file) ? 'node'
      : 'index';
    return examplesIn(file, comments.join('\n'), entry);
  });
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !/^(node_modules|reference|\.vitepress)\b/.test(file))
    .map((file) => path.posix.join(folder, file))
    .sort();
}

function examplesIn(file: string, text: string, entry: string): Example[] {
  const files = new Map(
    Array.from(text.matchAll(/^```js (\S+)\n([^]*?)^```/gm), ([, name = '', content = '']) => [name, content]),
  );
  return Array.from(text.matchAll(/^```ts( browser)?\n([^]*?)^```/gm), ([, browser, block = ''], index) => {
    const output = Array.from(block.matchAll(/^\/\/ (.*)$/gm), ([, line = '']) => line);
    const title = `${file}, example ${index + 1}`;
    return { title, code: imports(block, entry) + block, output, browser: browser !== undefined, files };
  });
}

/** Imports what the example uses of rxjs and of an entry of the package. */
function imports(block: string, entry: string): string {
  if (entry === '') return '';
  const used = (names: string[]) => names.filter((name) => new RegExp(`\\b${name}\\b`).test(block)).join(', ');
  const text = readFileSync(path.join(root, 'src', `${entry}.ts`), 'utf8');
  const exported = Array.from(
    text.matchAll(/^export (?:type )?(?:\{([^}]*)\}|\w+ (\w+))/gm),
    ([, list, name]) => list ?? name,
  );
  const names = new Set(exported.join(' ').match(/\w+/g));
  const specifier = entry === 'index' ? 'rx-asyncio' : `rx-asyncio/${entry}`;
  const ofRxjs = Object.keys(rxjs).filter((name) => !names.has(name));
  return `import { ${used(ofRxjs)} } from 'rxjs';\nimport { ${used([...names])} } from '${specifier}';\n`;
}

/** Runs it, and gives what it prints: until that is as many lines as expected, or nothing more can come. */
export async function run({ code, output, files }: Example): Promise<string[]> {
  const printed: string[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'example-'));
  for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
  const log = jest.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(...format(...values).split('\n'));
  });
  try {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        esModuleInterop: true,
        experimentalDecorators: true,
      },
    });
    // A module awaits, and knows its URL: a CommonJS function can be given both.
    const body = new AsyncFunction('require', 'exports', 'meta', outputText.replaceAll('import.meta', 'meta')) as Body;
    await body((name) => jest.requireActual<object>(name), {}, { url: pathToFileURL(`${folder}/`).href });
    const deadline = Date.now() + 3000;
    while (printed.length < output.length && Date.now() < deadline) await setImmediate();
    return printed;
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
}

type Body = (require: (name: string) => object, exports: object, meta: { url: string }) => Promise<void>;

const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => unknown;

/** What the compiler has to say of the examples, as strictly as of the sources. */
export function typeErrors(examples: readonly Example[]): string[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  Object.assign(options, {
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false });
  // As in a NestJS project, and as for most users of other packages' types.
  Object.assign(options, { experimentalDecorators: true, skipLibCheck: true });
  const files = new Map(
    examples.map(({ code }, index) => [path.join(root, `example-${index}.ts`), `${code}\nexport {};`]),
  );
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.fileExists = (file) => files.has(file) || fileExists(file);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const example = [...files.keys()].indexOf(file?.fileName ?? '');
    return `${examples[example]?.title}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
