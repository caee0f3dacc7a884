import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { here, root } from './projects';

export interface Tested {
  readonly platform: string;
  readonly version: string;
  readonly rxjs: string;
}

/** Writes down what the battery has passed on: for programs, and for people. */
export async function writeTested(tested: readonly Tested[], behaviours: number): Promise<void> {
  await write(path.join(here, 'tested.json'), JSON.stringify({ behaviours, tested }));

  const rows = tested.map(({ platform, version, rxjs }) => `| ${platform} | ${version} | ${rxjs} |`);
  const table = ['| platform | version | rxjs |', '| --- | --- | --- |', ...rows].join('\n');
  await replace('docs/platforms.md', `${behaviours} behaviours, the same on all:\n\n${table}`);

  const newest = new Set(
    tested.map(({ platform, version }) => (platform.startsWith('Node') ? `Node ${version}` : `${platform} ${version}`)),
  );
  const versions = [...new Set(tested.map(({ rxjs }) => rxjs))];
  await replace(
    'README.md',
    `Tested on ${listed([...newest])}, with rxjs ${listed(versions)}: [platforms](docs/platforms.md).`,
  );
}

async function replace(file: string, content: string): Promise<void> {
  const page = path.join(root, file);
  const marked = /(<!-- tested -->)[^]*(<!-- \/tested -->)/;
  const text = readFileSync(page, 'utf8');
  if (!marked.test(text)) throw new Error(`${file} has no place for what was tested`);
  await write(
    page,
    text.replace(marked, (_, begin: string, end: string) => `${begin}\n\n${content}\n\n${end}`),
  );
}

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
