import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

// What `npm start -- crawler` runs, as a process of its own, on real sockets and with a real signal.

const root = path.join(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'crawler-'));
const bundle = path.join(folder, 'index.cjs');
const file = path.join(folder, 'crawl.svg');

// A machine may be busy.
const timeout = 8000;

beforeAll(() => {
  const entryPoints = [path.join(root, 'examples/index.ts')];
  buildSync({ entryPoints, outfile: bundle, bundle: true, format: 'cjs', platform: 'node', target: 'es2022' });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs it, and sends SIGINT when the bar shows that pages have come, if it is to be interrupted. */
async function crawl(interrupted: boolean, ...flags: string[]) {
  const command = [...flags, bundle, 'crawler', file, `${timeout}`];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    if (!interrupted || !/ [1-9]\d* of /.test(stderr)) return;
    interrupted = false;
    child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  // Lines of the bar apart.
  const told = stderr.split('\n').filter((line) => line !== '' && !/^[=-]+ \d+ of \d+ pages, \d+ failed$/.test(line));
  return { code, told, stdout: stdout.trimEnd().split('\n'), picture: readFileSync(file, 'utf8') };
}

const numbersIn = (line = '') => (line.match(/\d+/g) ?? []).map(Number);

describe('the crawler', () => {
  it('gets every page that can be had, and leaves no connection open', async () => {
    const { code, told, stdout, picture } = await crawl(false);
    const [pages = '', ...rest] = stdout;
    expect(pages).toMatch(/^473 of 500 pages came; 27 failed \(.*\)$/);
    expect(
      pages
        .slice(pages.indexOf('(') + 1, -1)
        .split(', ')
        .sort(),
    ).toEqual(['15 status 500', '6 no end within 8000 ms', '6 status 404']);
    expect(rest).toEqual(['580 requests, 6 of them aborted; 0 connections are open', `timeline: ${file}`]);
    expect([code, told]).toEqual([0, []]);
    expect(picture).toMatch(/^<svg [^]*>473 of 500 pages came[^]*>page\/0<[^]*<\/svg>\n$/);
  });

  it('says how far it came when it is interrupted, and cleans up', async () => {
    const { code, told, stdout, picture } = await crawl(true);
    const [pages = '', server, drawn] = stdout;
    expect(pages).toMatch(/^\d+ of \d+ pages came; \d+ failed( \(.*\))?; \d+ were left$/);
    const [came = 0, found = 0, failed = 0, left = 0] = numbersIn(pages.replace(/ \(.*\)/, ''));
    expect([came, left].every((count) => count > 0)).toBe(true);
    expect(came + failed + left).toBe(found);
    expect(server).toMatch(/^\d+ requests, \d+ of them aborted; 0 connections are open$/);
    expect(drawn).toBe(`timeline: ${file}`);
    expect([code, told]).toEqual([130, []]);
    expect(picture).toMatch(/^<svg [^]*were left[^]*<\/svg>\n$/);
  });

  it.each([20, 0])('runs in a terminal of %p columns', async (columns) => {
    const terminal = `process.stderr.isTTY = true; process.stderr.columns = ${columns};`;
    const { code, stdout } = await crawl(true, '--import', `data:text/javascript,${encodeURIComponent(terminal)}`);
    expect(stdout[0]).toMatch(/^\d+ of \d+ pages came; .* were left$/);
    expect(code).toBe(130);
  });
});
