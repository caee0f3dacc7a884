import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTask } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { EMPTY, type Observer, type Subscribable, throwError } from 'rxjs';
import { log } from '../support/log';
import { structures, waitForOne } from '../support/structures';

/** No Observable, but something with `subscribe(observer)` that returns something with `unsubscribe()`. */
class Counter implements Subscribable<number> {
  readonly steps: string[] = [];
  observer: Partial<Observer<number>> | undefined;

  subscribe(observer: Partial<Observer<number>>) {
    this.steps.push('subscribed');
    this.observer = observer;
    return {
      unsubscribe: () => {
        this.steps.push('unsubscribed');
      },
    };
  }
}

const all = [...structures, waitForOne];

describe("rxjs's Subscribable, which is no Observable,", () => {
  it.each(all)('starts when $name is subscribed to, and not before', ({ run }) => {
    const counter = new Counter();
    const result = run([counter]);
    expect(counter.steps).toEqual([]);
    result.subscribe({ error: () => {} }).unsubscribe();
    expect(counter.steps).toEqual(['subscribed', 'unsubscribed']);
  });

  it.each(all)('gives $name its last value', ({ run }) => {
    const counter = new Counter();
    const results = log(run([counter]));
    counter.observer?.next?.(1);
    counter.observer?.next?.(2);
    counter.observer?.complete?.();
    expect(results.at(-1)).toBe('complete');
    expect(counter.steps).toEqual(['subscribed', 'unsubscribed']);
  });

  it.each(structures.filter(({ name }) => !name.startsWith('wait')))(
    'is unsubscribed when a sibling fails in $name',
    ({ run }) => {
      const counter = new Counter();
      const failure = new Error('failed');
      expect(log(run([counter, throwError(() => failure)]))).toEqual([failure]);
      expect(counter.steps).toEqual(['subscribed', 'unsubscribed']);
    },
  );

  it('is unsubscribed when the Task that runs it is cancelled, also as what a coroutine function returns', () => {
    const counter = new Counter();
    for (const task of [createTask(counter), createTask(() => counter)]) task.cancel();
    expect(counter.steps).toEqual(['subscribed', 'subscribed', 'unsubscribed', 'unsubscribed']);
  });

  it('is unsubscribed when the signal aborts, when a timeout runs out, and as a timeout that is not needed any more', async () => {
    const [aborted, late, timeout] = [new Counter(), new Counter(), new Counter()];
    const controller = new AbortController();
    const ends = [
      promises.gather([aborted], controller),
      promises.waitFor(late, nextTurn()),
      promises.waitFor(EMPTY, timeout),
    ].map((end) => end.then(String, (error: unknown) => (error as Error).name));
    controller.abort();
    expect(await Promise.all(ends)).toEqual(['AbortError', 'TimeoutError', 'EmptyError']);
    expect([aborted, late, timeout].map(({ steps }) => steps)).toEqual(Array(3).fill(['subscribed', 'unsubscribed']));
  });
});
