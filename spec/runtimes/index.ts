// Runs the battery on every platform, and with every version of rxjs that we take: `npm run test:runtimes`. All must give the
// same lines as the first. `npm run test:runtimes -- Firefox` for one of them. What was tested goes into docs/platforms.md.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createProject, type Project } from './projects';
import { nodes, type Runtime, runtimes } from './runtimes';
import { startServer } from './server';
import { type Tested, writeTested } from './tested';

const [, , only] = process.argv;
const minutes = 2;

/** What cannot be the same, and why. */
const known: Record<string, { readonly runtimes: readonly string[]; readonly line: string }> = {
  'each runs in the context of whoever handed it over': {
    runtimes: ['Chromium', 'Firefox', 'WebKitGTK'],
    line: '"the platform has none"',
  },
};

void main();

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-runtimes-'));
  try {
    const create = (rxjs: string) => createProject(path.join(folder, rxjs), rxjs);
    const newest = await create('rxjs-7-newest');
    const others = [await create('rxjs-7-oldest'), await create('rxjs-8')];
    const [first, ...rest] = nodes;
    if (first === undefined) throw new Error('no runtime');

    const tested: Tested[] = [];
    const expected = await run(first, newest, tested);
    if (expected === undefined) throw new Error('nothing to compare with');
    for (const runtime of runtimes) if (runtime !== first) await compare(runtime, newest, expected, tested);
    for (const project of others)
      for (const runtime of [first, ...rest.slice(-1)]) await compare(runtime, project, expected, tested);
    if (only === undefined && process.exitCode === undefined) await writeTested(tested, expected.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  runtime: Runtime,
  project: Project,
  expected: readonly string[],
  tested: Tested[],
): Promise<void> {
  if (only !== undefined && only !== runtime.name) return;
  const lines = await run(runtime, project, tested);
  if (lines === undefined) return;
  const wanted = expected.map((line) => {
    const [name = ''] = line.split(': ');
    return known[name]?.runtimes.includes(runtime.name) ? `${name}: ${known[name].line}` : line;
  });
  const wrong = Array.from({ length: Math.max(lines.length, wanted.length) }, (_, i) => i).filter(
    (i) => lines[i] !== wanted[i],
  );
  for (const i of wrong) console.log(`  - ${wanted[i] ?? ''}\n  + ${lines[i] ?? ''}`);
  if (wrong.length > 0) process.exitCode = 1;
}

/** What cannot be started fails. */
async function run(runtime: Runtime, project: Project, tested: Tested[]): Promise<string[] | undefined> {
  const server = await startServer();
  const started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing after ${minutes} minutes`));
    }, minutes * 60_000);
  });
  try {
    const { version, lines } = await Promise.race([runtime.run(project, server), late]);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${runtime.name} (${version}) with rxjs ${project.rxjs}: ${lines.length} behaviours in ${seconds} s`);
    tested.push({ platform: runtime.name, version, rxjs: project.rxjs });
    return lines;
  } catch (error) {
    console.log(`${runtime.name} with rxjs ${project.rxjs} could not be run: ${String(error)}`);
    process.exitCode = 1;
    return undefined;
  } finally {
    clearTimeout(timer);
    server.close();
  }
}
