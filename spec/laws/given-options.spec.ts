import { from, lastValueFrom, map, NEVER, type Observable, of } from 'rxjs';
import {
  asCompleted,
  asCompletedAll,
  FIRST_COMPLETED,
  gather,
  gatherAll,
  taskGroup,
  wait,
  waitAll,
  type WaitOptions,
} from 'rx-asyncio';

// What a combinator is called with is checked by then: what becomes of the object afterwards counts for nothing.

const list = [of(1), of(2)];
const size = map(({ done }: { done: ReadonlySet<unknown> }) => done.size);

it.each<[string, (options: { concurrency: number }) => Observable<unknown>, last: unknown]>([
  ['gather', (options) => gather(list, options), [1, 2]],
  ['gatherAll', (options) => from(list).pipe(gatherAll(options)), [1, 2]],
  ['asCompleted', (options) => asCompleted(list, options), 2],
  ['asCompletedAll', (options) => from(list).pipe(asCompletedAll(options)), 2],
  ['taskGroup', (options) => taskGroup((group) => gather(list.map((each) => group.createTask(each))), options), [1, 2]],
])('%s goes by the concurrency it was given', async (_, run, last) => {
  const options = { concurrency: 1 };
  const result = run(options);
  options.concurrency = 0;
  expect(await lastValueFrom(result)).toEqual(last);
});

it.each<[string, (options: WaitOptions) => Observable<number>]>([
  ['wait', (options) => wait([of(1), NEVER], options).pipe(size)],
  ['waitAll', (options) => from([of(1), NEVER]).pipe(waitAll(options), size)],
])('%s returns when it was told to', async (_, run) => {
  const options: { returnWhen?: typeof FIRST_COMPLETED } = { returnWhen: FIRST_COMPLETED };
  const result = run(options);
  delete options.returnWhen;
  expect(await lastValueFrom(result)).toBe(1);
});

it.each<[string, (options: { timeout: number }) => Observable<unknown>]>([
  ['asCompleted', (options) => asCompleted([NEVER], options)],
  ['asCompletedAll', (options) => of(NEVER).pipe(asCompletedAll(options))],
])('%s ends at the timeout it was given', async (_, run) => {
  const options = { timeout: 1 };
  const result = run(options);
  options.timeout = Infinity;
  await expect(lastValueFrom(result)).rejects.toThrow('1 ms');
});
