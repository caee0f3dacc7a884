import assert from 'node:assert/strict';
import { from, identity, lastValueFrom, type ObservableInput } from 'rxjs';
import { CancelledError, type Coroutine, createTask, gather, type Input, isCancellation } from 'rx-asyncio/promises';
import { unhandledRejections } from './unhandled-rejections';

/** Something that never ends by itself. */
export interface Operation {
  readonly run: Coroutine<unknown>;
  /** It is in the middle of its work. */
  readonly begun: Promise<unknown>;
  /** Whoever did the work has seen that nobody waits for it any more. Left out where nothing can be seen. */
  readonly gone?: Promise<unknown>;
}

const ownReasons: [string, unknown][] = [
  ['an Error', new Error('shutting down')],
  ['a string', 'shutting down'],
  ['null', null],
];
const reasons: [string, unknown][] = [
  ['no reason', undefined],
  ['a CancelledError', new CancelledError()],
  ...ownReasons,
];

/** Fails with an error of its own, as a program does that says what it was about. */
function wrapping(run: Coroutine<unknown>): Coroutine<unknown> {
  return async (context) => {
    try {
      return await lastValue(run(context));
    } catch (error) {
      throw new Error('given up', { cause: error });
    }
  };
}

function lastValue(input: Input<unknown>): Promise<unknown> {
  return lastValueFrom(from(input as ObservableInput<unknown>));
}

/** Tests what a library must do for its functions to be coroutine functions, and what is made of its error then. */
export function isCancelledMidway(title: string, operation: () => Operation | Promise<Operation>): void {
  describe(title, () => {
    it.each(reasons)('fails with a cancellation when its signal aborts with %s', async (_title, reason) => {
      const { run, begun, gone } = await operation();
      const controller = new AbortController();
      const { signal } = controller;
      const reported = await unhandledRejections(async () => {
        const outcome = Promise.allSettled([lastValue(run({ signal }))]);
        await begun;
        controller.abort(reason);
        const [settled] = await outcome;
        assert(settled.status === 'rejected');
        const error: unknown = settled.reason;
        expect(isCancellation(error, signal)).toBe(true);
        expect(isCancellation(new Error('given up', { cause: error }), signal)).toBe(true);
        expect(isCancellation(new AggregateError([error, error]), signal)).toBe(true);
        await gone;
      });
      expect(reported).toStrictEqual([]);
    });

    const isGoneWith = async (reason: unknown, wrap: (run: Coroutine<unknown>) => Coroutine<unknown>) => {
      const { run, begun, gone } = await operation();
      const controller = new AbortController();
      const { signal } = controller;
      const reported = await unhandledRejections(async () => {
        const gathered = gather([wrap(run)], { signal });
        await begun;
        controller.abort(reason);
        await expect(gathered).rejects.toBe(reason);
        await gone;
      });
      expect(reported).toStrictEqual([]);
    };

    it.each(ownReasons)('is gone when the signal of a gather aborts with %s', async (_title, reason) => {
      await isGoneWith(reason, identity);
    });

    it.each(ownReasons)(
      'is no failure when it wraps its error, and a gather aborts with %s',
      async (_title, reason) => {
        await isGoneWith(reason, wrapping);
      },
    );

    it('is gone when another one of a gather fails, and that failure is all there is', async () => {
      const { run, begun, gone } = await operation();
      const failure = new Error('failed');
      const failing = async () => {
        await begun;
        throw failure;
      };
      const reported = await unhandledRejections(async () => {
        await expect(gather([run, failing])).rejects.toBe(failure);
        await gone;
      });
      expect(reported).toStrictEqual([]);
    });

    it('is gone when its Task is cancelled, which ends so', async () => {
      const { run, begun, gone } = await operation();
      const reported = await unhandledRejections(async () => {
        const task = createTask(run);
        await begun;
        task.cancel();
        await expect(task).rejects.toBeInstanceOf(CancelledError);
        expect(task.status).toBe('cancelled');
        await gone;
      });
      expect(reported).toStrictEqual([]);
    });
  });
}
