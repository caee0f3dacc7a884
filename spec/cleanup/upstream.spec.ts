import { asyncFinalize, createTask, gather, taskGroup, wait } from 'rx-asyncio';
import { combineLatest, finalize, forkJoin, NEVER, Observable, Subject, throwError } from 'rxjs';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('cannot subscribe');

/** An Observable whose `subscribe` throws, which none of rxjs's does. */
function throwing(before: () => void): Observable<never> {
  const subscribe = () => {
    before();
    throw failure;
  };
  return Object.assign(new Observable<never>(), { subscribe });
}

describe('what subscribe() itself throws', () => {
  it('is the failure of the awaitable', () => {
    const task = createTask(throwing(() => undefined));
    expect(task.exception()).toBe(failure);
  });

  it('is reported when that has been cancelled by then', async () => {
    const reported = await unhandledRejections(() => {
      taskGroup((group) => {
        const cancelling = throwing(() => {
          group.cancel();
        });
        group.createTask(cancelling);
        return NEVER;
      }).subscribe();
    });
    expect(reported).toEqual([failure]);
  });
});

it('who has waited for a teardown is told after it, not only once its cleanup is over', () => {
  const [other, subject] = [createTask(NEVER), new Subject()];
  const heard = jest.fn();
  other.subscribe({ error: heard });
  const cancelling = finalize(() => {
    other.cancel();
  });
  gather([
    subject.pipe(
      cancelling,
      asyncFinalize(() => new Promise(() => {})),
    ),
  ]).subscribe();
  subject.error(failure);
  expect(heard).toHaveBeenCalledTimes(1);
});

type Combinator = (coroutine: () => Promise<void>) => Observable<unknown>;

describe.each<[string, (sources: Observable<unknown>[]) => Observable<unknown>]>([
  ['forkJoin', (sources) => forkJoin(sources)],
  ['combineLatest', (sources) => combineLatest(sources)],
])('below %s, which goes on subscribing after a failure', (_, join) => {
  it.each<[string, Combinator]>([
    ['gather', (coroutine) => gather([coroutine])],
    ['wait', (coroutine) => wait([coroutine])],
  ])('%s starts nothing', (_name, combinator) => {
    const started = jest.fn(() => Promise.resolve());
    const heard = jest.fn();
    join([throwError(() => failure), combinator(started)]).subscribe({ error: heard });
    expect([heard.mock.calls, started.mock.calls]).toEqual([[[failure]], []]);
  });
});
