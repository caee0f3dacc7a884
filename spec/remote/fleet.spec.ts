import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '../..');

const runFleet = (env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'examples/fleet/index.ts'], { cwd: root, env, encoding: 'utf8' });

describe('npm run example:fleet', () => {
  it('says what became of each of 500 jobs, of which half are cancelled, and leaves nothing', () => {
    const { status, stdout, stderr } = runFleet(process.env);
    expect({ status, stderr: stderr.replaceAll(/^.*Warning.*$/gm, '').trim() }).toEqual({ status: 0, stderr: '' });
    const kinds = Array.from(
      stdout.matchAll(/^ *(\d+) (.*)$/gm),
      ([, count, kind = '']) => [kind, Number(count)] as const,
    );
    const sum = (pattern: RegExp) => kinds.reduce((all, [kind, count]) => all + (pattern.test(kind) ? count : 0), 0);
    expect(sum(/./)).toBe(500);
    expect(sum(/^done/)).toBeGreaterThanOrEqual(250);
    expect(sum(/^cancelled/)).toBeGreaterThan(50);
    expect(sum(/^(?!done|cancelled)/)).toBe(0);
    expect(stdout).toContain('left in the queue: 0 that run, 0 that wait');
  }, 120_000);

  it('says what it needs where there is no redis-server', () => {
    const { status, stdout, stderr } = runFleet({ ...process.env, PATH: '' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('This example needs a redis-server, and there is none here.');
  });
});
