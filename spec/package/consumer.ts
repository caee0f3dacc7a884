// A program of a user: the package checks compile it against the packed package, bundle it and run it.
import { asCompleted, gather, type NativeObservable, type Result, type Task } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
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
  console.log('drawn', renderTimeline(timeline.events).slice(0, 4));
}
