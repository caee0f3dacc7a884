import { execFile } from 'node:child_process';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gather } from 'rx-asyncio/promises';
import { unhandledRejections } from '../support/unhandled-rejections';
import { programs } from './killing';

// A program that catches what a combinator fails with does not die of its other failures.

describe.each(Object.entries(programs))('no failure is unhandled where the first is caught: %s,', (_, cases) => {
  it.each(Object.entries(cases))('in %s', async (_name, [expected, program]) => {
    const reported = await unhandledRejections(async () => {
      expect(await program()).toBe(expected);
      for (let turn = 0; turn < 8; turn++) await nextTurn();
    });
    expect(reported).toEqual([]);
  });
});

it('a program of its own, which the runtime would end, runs to its end', async () => {
  const program = path.join(__dirname, 'survivor.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
  const expected = Object.entries(programs).flatMap(([fault, cases]) =>
    Object.entries(cases).map(([name, [caught]]) => `${fault}, ${name}: ${caught}`),
  );
  expect(stdout.trimEnd().split('\n')).toEqual(expected);
  expect(stderr).toBe('');
});

it('a Promise that begins only when it is listened to does not begin before its turn', async () => {
  const steps: string[] = [];
  class Lazy extends Promise<string> {
    override then: Promise<string>['then'] = (...callbacks) => {
      steps.push('begun');
      return Promise.resolve('lazy').then(...callbacks);
    };
  }
  const before = async () => {
    await nextTurn();
    steps.push('before');
  };
  const lazy = new Lazy(() => {});
  expect(await gather([before, lazy], { concurrency: 1 })).toEqual([undefined, 'lazy']);
  expect(steps).toEqual(['before', 'begun']);
});

it('the runtime does end a program that catches nothing', async () => {
  const code = 'Promise.reject(new Error("nobody"))';
  await expect(promisify(execFile)(process.execPath, ['-e', code])).rejects.toMatchObject({ code: 1 });
});
