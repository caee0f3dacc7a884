import path from 'node:path';
import ts from 'typescript';

/** What the compiler says about a line. */
export interface Message {
  /** Where in the line it is. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Compiles the lines as one program, each as a function of its own, and gives what is wrong with each of them. */
export function compileLines(preamble: string, lines: readonly string[]): ReadonlyMap<string, readonly Message[]> {
  const text = [preamble, ...lines.map((line) => before + line + after)].join('\n');
  const found = new Map<string, Message[]>(lines.map((line) => [line, []]));
  const firstLine = preamble.split('\n').length;
  for (const { file, start = 0, length = 0, messageText } of diagnosticsOf(text)) {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
    const messages = found.get(lines[line - firstLine] ?? '');
    if (messages === undefined) throw new Error(`before the lines: ${message}`);
    messages.push({ start: character - before.length, end: character - before.length + length, text: message });
  }
  return found;
}

const before = 'async () => { ';
const after = ' };';

function diagnosticsOf(text: string): readonly ts.Diagnostic[] {
  const root = path.join(__dirname, '../..');
  const file = path.join(root, 'spec/lines.ts');
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    config: { compilerOptions: object };
  };
  const unused = { noUnusedLocals: false, noUnusedParameters: false };
  const compilerOptions = { ...config.compilerOptions, ...unused, noEmit: true, types: [] };
  const { options } = ts.parseJsonConfigFileContent({ compilerOptions, files: [file] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (name) => name === file || host.fileExists(name),
    readFile: (name) => (name === file ? text : host.readFile(name)),
    getSourceFile: (name, version) =>
      name === file ? ts.createSourceFile(name, text, version) : host.getSourceFile(name, version),
  });
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
}
