import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');

/** ` ```ts examples/… ` or ` spec/… `: what a document quotes of a program that is tested by itself. `// …` stands for what is left out. */
const quotes = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const text = readFileSync(path.join(root, 'docs', name), 'utf8');
    return Array.from(text.matchAll(/^```\w+ ((?:examples|spec)\/\S+)\n([^]*?)^```/gm), ([, file = '', code = '']) => ({
      title: `docs/${name}: ${file}`,
      file,
      parts: code.split(/^ *\/\/ …\n/m),
    }));
  });

/** Prettier breaks lines elsewhere where the code stands further to the left. */
const withoutFormat = (text: string) => text.replaceAll(/\s/g, '').replaceAll(/,(?=[)\]}])/g, '');

describe('what the documents quote of what is tested', () => {
  it.each(quotes)('$title', ({ file, parts }) => {
    const source = withoutFormat(readFileSync(path.join(root, file), 'utf8'));
    for (const part of parts) expect(source).toContain(withoutFormat(part));
  });
});

describe('the table of libraries', () => {
  const calls = withoutFormat(readFileSync(path.join(root, 'spec/libraries/table/calls.mjs'), 'utf8'));
  const rows = readFileSync(path.join(root, 'docs/libraries.md'), 'utf8').matchAll(/^\| (.+?) +\| `(\(.+?)` +\|/gm);

  it.each(Array.from(rows, ([, name = '', code = '']) => [name, code]))('%s is called as it is tested', (_, code) => {
    expect(calls).toContain(withoutFormat(code));
  });
});
