import { exec, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { isCancelledMidway } from '../support/cancelled-midway';
import { library, type Pool } from '../support/library';
import { SilentServer } from '../support/silent-server';

// Who is in another process, or thread, asks the server, which so knows when it has begun, and when it is gone.
const server = new SilentServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

const node = process.execPath;
const program = path.join(__dirname, '../support/asks-in-vain.js');

isCancelledMidway('exec of node:child_process', () => {
  const { url, ...visit } = server.visit();
  // In the place of the shell, which is what the signal kills.
  return { ...visit, run: (context) => promisify(exec)(`exec "${node}" "${program}" ${url}`, context) };
});

isCancelledMidway('execFile of node:child_process', () => {
  const { url, ...visit } = server.visit();
  return { ...visit, run: (context) => promisify(execFile)(node, [program, url], context) };
});

isCancelledMidway('spawn of node:child_process', () => {
  const { url, ...visit } = server.visit();
  return { ...visit, run: (context) => once(spawn(node, [program, url], context), 'close') };
});

isCancelledMidway('execa', async () => {
  const { execa } = await library('execa');
  const { url, ...visit } = server.visit();
  return { ...visit, run: ({ signal }) => execa(node, [program, url], { cancelSignal: signal }) };
});

describe('piscina', () => {
  let pool: Pool;
  beforeAll(async () => {
    const { Piscina } = await library('piscina');
    pool = new Piscina({ filename: program, minThreads: 2, maxThreads: 2 });
  });
  afterAll(() => pool.destroy());

  isCancelledMidway('a job in a thread', () => {
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => pool.run(url, context) };
  });
});
