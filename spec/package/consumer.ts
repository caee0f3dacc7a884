// A program of a user: the package checks compile it against the packed package, bundle it and run it.
import {
  asCompleted,
  type Awaitable,
  type Completion,
  type CoroutineContext,
  createTask,
  gather,
  type NativeObservable,
  Progress,
  type Result,
  type Task,
  waitFor,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { inspectTasks } from 'rx-asyncio/inspect';
import { recordTimeline, renderTimeline } from 'rx-asyncio/timeline';
import { concat, defer, map, type Observable, of, tap, timer } from 'rxjs';

const after = (milliseconds: number): Observable<string> => timer(milliseconds).pipe(map(() => `${milliseconds} ms`));

const gathered: Observable<[number, string]> = gather([of(1), () => Promise.resolve('two')]);
const completed: Observable<string> = asCompleted([after(60), after(20)]);

// Each would be an error if a declaration could not be resolved, and had become `any`.
// @ts-expect-error a number is no awaitable
export const noAwaitable: Observable<unknown> = gather([1]);
// @ts-expect-error its result is a number
export const noString: Result<NativeObservable<number>> = 'one';

/** Only compiled: each form has exactly the result that is written here, and each error is where it belongs. */
export async function typesOf(
  url: string,
  urls: string[],
  jobs: Map<string, () => Promise<number>>,
  lines: Promise<number> & AsyncIterable<string>,
): Promise<void> {
  /* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- what makes the two compare as identical */
  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  /* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */
  const is =
    <Expected>() =>
    <Actual>(_: Actual, same: Same<Actual, Expected>): boolean =>
      same;
  const page = (context: CoroutineContext) => fetch(url, context).then((response) => response.text());

  is<string[]>()(await promises.gather(urls.map((url) => (c) => fetch(url, c).then((r) => r.text()))), true);
  is<[string, number]>()(
    await promises.gather([(c) => fetch(url, c).then((r) => r.text()), () => Promise.resolve(1)]),
    true,
  );
  is<{ page: string }>()(await promises.gather({ page: async (c) => (await fetch(url, c)).text() }), true);
  is<Map<string, number>>()(await promises.gather(jobs), true);
  const optional = { one: of(1), ...(urls.length > 0 ? { two: () => Promise.resolve('two') } : {}) };
  is<{ one: number; two?: string }>()(await promises.gather(optional), true);
  is<[number, string?]>()(await promises.gather([of(1)] as [Observable<number>, Promise<string>?]), true);
  for await (const each of promises.asCompleted(optional)) is<number | string>()(each, true);
  const watched = new Progress().watch(urls.map((url) => (c) => fetch(url, c).then((r) => r.text())));
  is<string[]>()(await promises.gather(watched), true);
  is<string[]>()(
    await promises.gather(new Progress().watch(urls.map((url) => (c) => fetch(url, c).then((r) => r.text())))),
    true,
  );
  is<number>()(await promises.waitFor(lines, 10), true);
  is<string>()(await promises.waitFor((c) => fetch(url, c).then((r) => r.text()), 10), true);
  is<string>()(await promises.shield(page), true);
  is<Observable<string>>()(
    waitFor((c) => of(url + String(c.signal.aborted)), 10),
    true,
  );
  is<Observable<Completion<number, string>>>()(asCompleted(jobs, { returnExceptions: true }), true);
  is<Task<number>>()(
    createTask((c) => fetch(url, c).then((r) => r.json() as Promise<number>)),
    true,
  );
  is<Promise<number>>()(
    promises.taskGroup(async (group) => (await group.createTask((c) => fetch(url, c).then((r) => r.text()))).length),
    true,
  );
  for await (const each of promises.asCompleted(urls.map((url) => (c) => fetch(url, c).then((r) => r.text())))) {
    is<string>()(each, true);
  }
  for (const task of (await promises.wait([page, of(1)])).done) is<string | number>()(task.result(), true);

  const started = <T>(awaitable: Awaitable<T>): Task<T> => createTask(awaitable);
  const inTime = <A extends Awaitable<unknown>>(awaitable: A): Promise<Result<A>> => promises.waitFor(awaitable, 10);
  is<string>()(await started(page), true);
  is<string>()(await inTime(page), true);

  void promises.gather([
    () => Promise.resolve(1),
    // @ts-expect-error it returns a number
    () => 5,
  ]);
  void promises.gather({
    one: () => Promise.resolve(1),
    // @ts-expect-error it returns a number
    two: () => 5,
  });
  void promises.gather(
    [
      () => Promise.resolve(1),
      // @ts-expect-error it returns a number
      () => 5,
    ],
    { concurrency: 2 },
  );
  void promises.asCompleted(
    [
      () => Promise.resolve(1),
      // @ts-expect-error it is no awaitable
      undefined,
    ],
    { timeout: 10 },
  );
  // @ts-expect-error a Map is no list
  void promises.wait(jobs);
  // @ts-expect-error it returns a number
  void promises.waitFor(() => 5, 10);
  // @ts-expect-error it returns a number
  createTask(() => 5);
}

concat(
  gathered.pipe(
    tap((results) => {
      console.log('gather', results.join(' '));
    }),
  ),
  completed.pipe(
    tap((result) => {
      console.log('asCompleted', result);
    }),
  ),
  defer(awaitAll),
).subscribe({
  error: (error: unknown) => {
    throw error;
  },
});

async function awaitAll(): Promise<void> {
  const { one, two } = await promises.gather({ one: of(1), two: () => Promise.resolve('two') });
  console.log('await gather', one.toFixed(1), two.toUpperCase());
  for await (const result of promises.asCompleted([after(60), after(20)])) console.log('for await', result);
  const task: Task<string> = promises.createTask(after(1000));
  await task[Symbol.asyncDispose]();
  console.log('disposed', task.status);
  const timeline = recordTimeline();
  await timeline.track('task', promises.createTask(after(20)));
  console.log('inspected', String(inspectTasks()));
  console.log('drawn', renderTimeline(timeline.events).slice(0, 4));
}
