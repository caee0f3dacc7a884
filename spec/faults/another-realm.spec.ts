import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { type Awaitable, Progress } from 'rx-asyncio';
import { gather, taskGroup, wait, waitFor } from 'rx-asyncio/promises';
import { NEVER, of, throwError } from 'rxjs';
import { unhandledRejections } from '../support/unhandled-rejections';

// Values for which `instanceof` does not hold: Jest gives specs a realm of their own, in which the Promises of Node's modules are
// those of another.

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the code gives, nobody else knows
const ofAnotherRealm = <T>(code: string): T => runInNewContext(code) as T;
const missing = () => readFile('/there/is/no/such/file');

it('holds of nothing that these specs are about', () => {
  expect(ofAnotherRealm('Promise.resolve()')).not.toBeInstanceOf(Promise);
  const reading = missing();
  expect(reading).not.toBeInstanceOf(Promise);
  return expect(reading).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each<[string, () => Promise<unknown>]>([
  ['waits for its turn', () => gather([() => nextTurn().then(() => nextTurn()), missing()], { concurrency: 1 })],
  ['is given beside what fails at once', () => gather([throwError(() => new Error('first')), missing()])],
  ['is given when the signal is aborted', () => gather([missing()], { signal: AbortSignal.abort() })],
  [
    'waits for its turn in a group',
    () =>
      taskGroup(
        async (group) => {
          group.createTask(() => nextTurn().then(() => nextTurn()));
          await group.createTask(missing());
        },
        { concurrency: 1 },
      ),
  ],
])('a Promise that %s is not unhandled', async (_, run) => {
  const reported = await unhandledRejections(async () => {
    await expect(run()).rejects.toBeDefined();
    for (let turn = 0; turn < 8; turn++) await nextTurn();
  });
  expect(reported).toEqual([]);
});

it('a Promise is counted as running at once, and stays what it is', () => {
  const progress = new Progress();
  const promise = ofAnotherRealm<Promise<number>>('Promise.resolve(1)');
  expect(progress.watch([promise])).toEqual([promise]);
  let running;
  // It does not fail.
  // eslint-disable-next-line rxjs-x/no-ignored-error
  progress.subscribe((counts) => (running = counts.running)).unsubscribe();
  expect(running).toBe(1);
});

describe('a Map', () => {
  const map = ofAnotherRealm<Map<string, Awaitable<number>>>('new Map([["a", async () => 1], ["b", [2]]])');

  it('of awaitables is gathered by its keys', async () => {
    const numbers = new Map([['a', 1], ['b', 2]]); // prettier-ignore
    expect(await gather(map)).toEqual(numbers);
    expect(await gather(new Progress().watch(map))).toEqual(numbers);
  });

  it('of items is gathered by its keys', async () => {
    const items = ofAnotherRealm<Map<string, number>>('new Map([["a", 1]])');
    expect(await gather(items, (n) => of(2 * n))).toEqual(new Map([['a', 2]]));
  });

  it('is no list', async () => {
    const refused = () => wait(map as never);
    expect(refused).toThrow(
      'wait: awaitables must be an iterable or async iterable of awaitables, got an object of class Map',
    );
    await gather(map);
  });
});

it('a Set is one, also when it is watched', async () => {
  const set = ofAnotherRealm<Set<Awaitable<number>>>('new Set([async () => 1, [2]])');
  const watched = new Progress().watch(set);
  expect(watched).toBeInstanceOf(Set);
  expect(await gather(watched)).toEqual([1, 2]);
});

it('a list in a list is refused', () => {
  const nested = ofAnotherRealm<never[]>('[new Set([async () => 1])]');
  expect(() => gather(nested)).toThrow(
    'gather: awaitables[0] must be an ObservableInput or a coroutine function, got a list that holds a function',
  );
});

it('a Date is a timeout', async () => {
  const past = ofAnotherRealm<Date>('new Date(0)');
  await expect(waitFor(NEVER, past)).rejects.toThrow('waitFor: the awaitable timed out at 1970-01-01T00:00:00.000Z');
  expect(() => waitFor(NEVER, ofAnotherRealm<Date>('new Date(NaN)'))).toThrow('got an invalid Date');
});
