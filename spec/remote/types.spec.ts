import { compileLines } from '../support/compile-lines';

// What the compiler makes of a result, as JSON has carried it: a line a result, as its handler gives it.

const preamble = `
import { createTask } from 'rx-asyncio/promises';
import { remoteQueue } from 'rx-asyncio/bullmq';
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
declare function queue<R>(): ReturnType<typeof remoteQueue<{ work: (data: null) => Promise<R> }>>;
`;

const results = {
  any: 'any',
  unknown: 'unknown',
  '{ status: number; body: any }': '{ status: number; body: any }',
  'Record<string, any>': '{ [x: string]: any }',
  'any[]': 'any[]',
  undefined: 'null',
  '(string | undefined)[]': '(string | null)[]',
  '{ at: Date; none?: number }': '{ at: string; none?: number }',
  '[1n, () => void, symbol]': '[never, never, never]',
  '[Map<string, 1>, Set<1>, RegExp, Promise<1>, Uint8Array, ArrayBuffer]': '[never, never, never, never, never, never]',
  '{ name: string; message: string }': '{ name: string; message: string }',
};

it('gives results the types that JSON leaves of them', () => {
  const lines = Object.entries(results).map(
    ([given, arrives]) =>
      `const value = await createTask(queue<${given}>().job('work', null)); const same: Same<typeof value, ${arrives}> = true;`,
  );
  for (const [line, messages] of compileLines(preamble, lines)) expect([line, messages]).toEqual([line, []]);
});
