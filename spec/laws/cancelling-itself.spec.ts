import { type Awaitable, createTask, gather, type Task, taskGroup, waitFor } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import {
  catchError,
  defer,
  endWith,
  finalize,
  lastValueFrom,
  mergeMap,
  NEVER,
  type Observable,
  of,
  repeat,
  retry,
  Subject,
  throwError,
  timer,
} from 'rxjs';
import { facades } from '../support/facades';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { unhandledRejections } from '../support/unhandled-rejections';

useFakeTimers();

// What is torn down because something has failed may cancel whatever it likes, also what it is a part of: that is so where one
// connection closes with another, and the end of each aborts the whole request. What has failed first is told all the same, after
// all cleanup, and nothing is reported.

const failure = new Error('failed');
const failing = (): Observable<never> => timer(10).pipe(mergeMap(() => throwError(() => failure)));

/** When whoever is to cancel it is there. */
const soon = <T>(make: () => Observable<T>): Observable<T> => timer(1).pipe(mergeMap(make));

type Make = (cancel: () => void, resource: Resource) => readonly Awaitable<unknown>[];

const whoCancels: Record<string, Make> = {
  'the finalize of a sibling': (cancel, resource) => [NEVER.pipe(finalize(cancel)), failing(), resource.hold(20)],
  'its own finalize': (cancel, resource) => [failing().pipe(finalize(cancel)), resource.hold(20)],
  'its own finalize, with nothing beside it': (cancel) => [failing().pipe(finalize(cancel))],
  'its own finalize, when it fails at once': (cancel, resource) => [
    resource.hold(20),
    throwError(() => failure).pipe(finalize(cancel)),
  ],
  'a sibling that hears of its signal': (cancel, resource) => [
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          cancel();
          reject(signal.reason as Error);
        });
      }),
    failing(),
    resource.hold(20),
  ],
  'a sibling in its finally': (cancel, resource) => [
    ({ signal }) => promises.gather([NEVER], { signal }).finally(cancel),
    failing(),
    resource.hold(20),
  ],
  'the finalize of what is two below': (cancel, resource) => [
    gather([gather([failing().pipe(finalize(cancel)), resource.hold(20)])]),
    resource.hold(30),
  ],
};

/** Ends with what it has ended with, and how much is held by then. */
async function endOf(ended: Promise<unknown>, resource: Resource): Promise<unknown> {
  try {
    return { fulfilled: await ended, held: resource.held };
  } catch (error) {
    return { error, held: resource.held };
  }
}

async function seen(start: (resource: Resource) => Promise<unknown>): Promise<unknown> {
  let end: unknown = 'never ends';
  const unhandled = await unhandledRejections(async () => {
    const resource = new Resource();
    void endOf(start(resource), resource).then((ended) => (end = ended));
    await jest.advanceTimersByTimeAsync(1000);
  });
  return unhandled.length > 0 ? { end, unhandled } : end;
}

type Run = (list: readonly Awaitable<unknown>[], signal: AbortSignal) => Promise<unknown>;

/** Those that the list may be given to as it is. */
const ofList: Record<string, Run> = {
  gather: (list, signal) => promises.gather(list, { signal }),
  asCompleted: async (list, signal) => {
    for await (const result of promises.asCompleted(list, { signal })) expect(result).toBe('none');
  },
  'gather of a Task': (list, signal) => promises.gather([createTask(soon(() => gather(list))), NEVER], { signal }),
  'a gather within a gather': (list, outer) =>
    promises.gather([({ signal }) => promises.gather(list, { signal }), NEVER], { signal: outer }),
  'an Observable of it': (list, signal) => promises.gather([() => gather(list)], { signal }),
  semaphore: (list, signal) => promises.gather([new promises.Semaphore(1).use(gather(list))], { signal }),
  withGrace: (list, signal) => promises.withGrace(gather(list), 1000, { signal }),
};

describe.each(Object.entries(whoCancels))('what has failed, while %s cancels all,', (_, listOf) => {
  it.each(facades)('is what $name rejects with', async ({ run }) => {
    const end = await seen((resource) => {
      const controller = new AbortController();
      const cancel = () => {
        controller.abort();
      };
      return run(gather(listOf(cancel, resource)), controller.signal);
    });
    expect(end).toEqual({ error: failure, held: 0 });
  });

  it.each(Object.entries(ofList))('is what %s rejects with, given the list', async (_, run) => {
    const end = await seen((resource) => {
      const controller = new AbortController();
      const cancel = () => {
        controller.abort();
      };
      return run(listOf(cancel, resource), controller.signal);
    });
    expect(end).toEqual({ error: failure, held: 0 });
  });

  it.each<[string, (list: readonly Awaitable<unknown>[]) => Awaitable<unknown>]>([
    ['', (list) => gather(list)],
    [' of a function', (list) => () => gather(list)],
    [' of a function that awaits it', (list) => (context) => promises.gather(list, context)],
    [' of a gather of a Task', (list) => gather([createTask(soon(() => gather(list))), NEVER])],
  ])('is what a Task%s is rejected with', async (_, awaitableOf) => {
    const end = await seen((resource) => {
      // Not there yet where it fails at once.
      let task: Task<unknown> | undefined;
      const cancel = () => {
        task?.cancel();
      };
      return (task = createTask(awaitableOf(listOf(cancel, resource))));
    });
    expect(end).toEqual({ error: failure, held: 0 });
  });

  it.each<[string, (list: readonly Awaitable<unknown>[]) => readonly Awaitable<unknown>[]]>([
    ['', (list) => list],
    [' of what gathers a Task', (list) => [gather([createTask(soon(() => gather(list))), NEVER])]],
  ])('is in what a group%s fails with', async (_, tasksOf) => {
    const end = await seen((resource) => {
      const group = taskGroup((group) => {
        for (const each of tasksOf(listOf(group.cancel, resource))) group.createTask(each);
        return of('the body');
      });
      return lastValueFrom(group).catch((error: unknown) => {
        throw (error as AggregateError).errors[0];
      });
    });
    expect(end).toEqual({ error: failure, held: 0 });
  });
});

describe('what cancels itself while it is torn down', () => {
  it('is cancelled all the same when it has not failed, as a Task', async () => {
    const task: Task<unknown> = createTask(gather([timer(10).pipe(finalize(() => task.cancel()))]));
    await jest.advanceTimersByTimeAsync(10);
    expect(task.status).toBe('cancelled');
  });

  it('keeps the result that it has, as a Promise', async () => {
    const controller = new AbortController();
    const source = timer(10).pipe(
      finalize(() => {
        controller.abort();
      }),
    );
    const gathered = promises.gather([source], { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(10);
    expect(await gathered).toEqual([0]);
  });

  it('keeps its failure, where a stranger cancels it that ends because of its teardown', async () => {
    const end = await seen((resource) => {
      const controller = new AbortController();
      const stranger = new Subject<string>();
      const cancel = () => {
        controller.abort();
      };
      const endStranger = () => {
        stranger.complete();
      };
      void promises.gather([stranger.pipe(endWith('ended'), finalize(cancel))]);
      return promises.gather([failing().pipe(finalize(endStranger)), resource.hold(20)], controller);
    });
    expect(end).toEqual({ error: failure, held: 0 });
  });

  it('does not keep that from being cancelled which goes on afterwards', () => {
    const task = createTask(gather([throwError(() => failure)]).pipe(catchError(() => NEVER)));
    const statuses: string[] = [];
    const other = createTask(
      NEVER.pipe(
        finalize(() => {
          task.cancel();
          statuses.push(task.status);
        }),
      ),
    );
    other.cancel();
    expect(statuses).toEqual(['cancelled']);
  });

  it('is cancelled when it goes on after that', async () => {
    const cancel = jest.fn(() => task.cancel());
    const task: Task<unknown> = createTask(gather([failing().pipe(finalize(cancel))]).pipe(retry()));
    await jest.advanceTimersByTimeAsync(10);
    expect([task.status, cancel.mock.calls.length]).toEqual(['cancelled', 1]);
  });

  it('is cancelled before anything else is started, be there ever so much that ends at once', async () => {
    const controller = new AbortController();
    const cancel = () => {
      controller.abort(failure);
    };
    let pulled = 0;
    function* pages() {
      while (pulled++ < 1000)
        yield gather({ page: pulled === 1 ? timer(5).pipe(finalize(cancel)) : of(pulled), size: of(1) });
    }
    const request = jest.fn(() => Promise.resolve());
    const ends = [
      promises.gather(pages(), { concurrency: 1, signal: controller.signal }),
      promises.gather([timer(5), request], { concurrency: 1, signal: controller.signal }),
    ].map((each) => expect(each).rejects.toBe(failure));
    await jest.advanceTimersByTimeAsync(5);
    await Promise.all(ends);
    expect([pulled, request.mock.calls.length]).toEqual([1, 0]);
  });

  it('is cancelled although it is started anew at once, again and again', async () => {
    let starts = 0;
    const again = defer(() => {
      if (++starts > 100) throw new Error('it is not cancelled');
      return of(starts);
    });
    const task: Task<unknown> = createTask(
      soon(() => gather([again.pipe(finalize(() => task.cancel()))]).pipe(repeat())),
    );
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, starts]).toEqual(['cancelled', 1]);
  });

  it('ends, where that waits for itself', async () => {
    const task: Task<unknown> = createTask(gather([timer(1).pipe(mergeMap(() => waitFor(task, 10))), NEVER]));
    task.subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(20);
    expect(task.done).toBe(true);
  });

  it('ends its loop, after all cleanup', async () => {
    const left: unknown[] = [];
    const resource = new Resource();
    const leave = () => {
      loop.return?.(undefined).catch((error: unknown) => left.push(error, resource.held));
    };
    const loop = promises.asCompleted([of(1), failing().pipe(finalize(leave)), resource.hold(20)]);
    expect(await loop.next()).toEqual({ done: false, value: 1 });
    await jest.advanceTimersByTimeAsync(30);
    expect(left).toEqual([failure, 0]);
    expect(await loop.next()).toEqual({ done: true, value: undefined });
  });
});
