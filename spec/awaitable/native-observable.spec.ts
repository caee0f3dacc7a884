import {
  asCompleted,
  type Awaitable,
  CancelledError,
  createTask,
  gather,
  type Gathered,
  type Result,
  shield,
  taskGroup,
  wait,
  waitFor,
} from 'rx-asyncio';
import { waitFor as waitForPromise } from 'rx-asyncio/promises';
import { EmptyError, lastValueFrom, NEVER, type Observable, of, Subject, TimeoutError, toArray } from 'rxjs';
import { PlatformObservable, type PlatformSubscriber } from '../support/platform-observable';

/** Whether they are the same type; `any` is the same as `any` only. */
type Same<A, B> = [Strict<A>, Strict<B>] extends [Strict<B>, Strict<A>] ? true : false;
type Strict<T> = 0 extends 1 & T ? { any: true } : { type: T };

const emitting = <T>(...values: readonly T[]) =>
  new PlatformObservable<T>((subscriber) => {
    for (const value of values) subscriber.next(value);
    subscriber.complete();
  });

/** One that is told from outside what to do, and tells how it stands. */
function controlled<T>() {
  let current: PlatformSubscriber<T> | undefined;
  const source = new PlatformObservable<T>((subscriber) => {
    current = subscriber;
  });
  const subscriber = (): PlatformSubscriber<T> => {
    if (current === undefined) throw new Error('nobody has subscribed yet');
    return current;
  };
  return { source, subscriber, started: () => current !== undefined };
}

describe("an Observable of the platform, such as element.when('click')", () => {
  it('gives its last value as the result', async () => {
    await expect(lastValueFrom(gather([emitting(1, 2), of('b')]))).resolves.toEqual([2, 'b']);
  });

  it('can be what a coroutine function returns', async () => {
    await expect(lastValueFrom(gather({ clicks: () => emitting(1, 2) }))).resolves.toEqual({ clicks: 2 });
  });

  it('can be what the body of a taskGroup returns', async () => {
    await expect(lastValueFrom(taskGroup(() => emitting('x', 'y')))).resolves.toBe('y');
  });

  it('emits synchronously', () => {
    const results = createTask(asCompleted([emitting(1), emitting(2)]).pipe(toArray()));
    expect(results.result()).toEqual([1, 2]);
  });

  it('passes its error on', async () => {
    const failing = new PlatformObservable<never>((subscriber) => {
      subscriber.error(new RangeError('out of range'));
    });
    await expect(lastValueFrom(gather([failing]))).rejects.toThrow(new RangeError('out of range'));
  });

  it('fails with EmptyError when it completes without a value', async () => {
    await expect(lastValueFrom(gather([emitting()]))).rejects.toThrow(EmptyError);
  });

  it('is not started before somebody subscribes', () => {
    const { source, started } = controlled();
    const task = shield(source);
    expect(started()).toBe(false);
    void lastValueFrom(task);
    expect(started()).toBe(true);
  });

  it('is unsubscribed through its signal when the combinator is', () => {
    const { source, subscriber } = controlled();
    const subscription = gather([source, NEVER]).subscribe();
    expect(subscriber().signal.aborted).toBe(false);
    subscription.unsubscribe();
    expect(subscriber().signal.aborted).toBe(true);
  });

  it('is unsubscribed when a sibling fails', () => {
    const { source, subscriber } = controlled();
    const sibling = new Subject<never>();
    const errors: unknown[] = [];
    gather([source, sibling]).subscribe({ error: (error: unknown) => errors.push(error) });
    sibling.error('broken');
    expect(subscriber().signal.aborted).toBe(true);
    expect(errors).toEqual(['broken']);
  });

  it('is unsubscribed when the Task that runs it is cancelled', async () => {
    const { source, subscriber } = controlled();
    const task = createTask(source);
    task.cancel();
    expect(subscriber().signal.aborted).toBe(true);
    await expect(task).rejects.toThrow(CancelledError);
  });

  it('is a Task of its own in the result of wait', () => {
    const { source, subscriber } = controlled<string>();
    const waiting = createTask(wait([source, of(1)]));
    subscriber().next('clicked');
    expect(waiting.done).toBe(false);
    subscriber().complete();
    expect(Array.from(waiting.result().done, (task) => task.result())).toEqual(['clicked', 1]);
  });

  it('ends a wait with its first value, as a timeout, and is unsubscribed then', () => {
    const { source, subscriber } = controlled();
    const errors: unknown[] = [];
    waitFor(NEVER, source).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([]);
    subscriber().next('stop');
    expect(errors).toEqual([expect.any(TimeoutError)]);
    expect(subscriber().signal.aborted).toBe(true);
  });

  it('ends a Promise facade, as a timeout', async () => {
    await expect(waitForPromise(NEVER, emitting('stop'))).rejects.toThrow(TimeoutError);
  });

  it('is no list of awaitables', () => {
    const source = emitting(of(1));
    // @ts-expect-error it is not iterable
    expect(() => gather(source)).toThrow(TypeError);
  });

  it('is not mistaken for a record that has a coroutine function named subscribe', async () => {
    await expect(lastValueFrom(gather({ subscribe: () => of('news') }))).resolves.toEqual({ subscribe: 'news' });
  });

  it('has its result type inferred', () => {
    const numbers = emitting(1);
    const result: Same<Result<typeof numbers>, number> = true;
    const ofCoroutine: Same<Result<() => typeof numbers>, number> = true;
    const gathered: Same<Gathered<[typeof numbers, Observable<string>]>[0], number> = true;
    const awaitable: Awaitable<number> = numbers;
    // @ts-expect-error its values are numbers
    const wrong: Awaitable<string> = numbers;
    expect([result, ofCoroutine, gathered, awaitable, wrong]).toEqual([true, true, true, numbers, numbers]);
  });
});
