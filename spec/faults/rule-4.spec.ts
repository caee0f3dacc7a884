import { createTask, gather, suppressed, taskGroup } from 'rx-asyncio';
import { EMPTY, EmptyError, finalize, NEVER, race, switchMap, throwError, timer } from 'rxjs';
import { failingCleanup } from '../support/aborted';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { log } from '../support/log';
import { unhandledRejections } from '../support/unhandled-rejections';

// Nothing is lost (rule 4): each of these faults once lost something.

useFakeTimers();

const failure = new Error('failed in cleanup');
/** What a library throws of its own accord: nobody has cancelled anything. */
const aborted = () => new DOMException('closed by the peer', 'AbortError');

describe('the failures of a group, the first of which only looks like a cancellation,', () => {
  const group = () =>
    taskGroup((tasks) => {
      tasks.createTask(timer(10).pipe(switchMap(() => throwError(aborted))));
      tasks.createTask(new Resource().hold(20, failure));
      return NEVER;
    });

  it('are listed with the failure of whoever cancels it meanwhile', async () => {
    const emitted = log(gather([timer(15).pipe(switchMap(() => EMPTY)), group()]));
    await jest.advanceTimersByTimeAsync(30);
    expect(emitted).toEqual([expect.any(EmptyError)]);
    expect(suppressed(emitted[0])).toEqual([
      expect.objectContaining({ errors: [expect.objectContaining({ name: 'AbortError' }), failure] }),
    ]);
  });

  it('are reported where nobody is left to listen', async () => {
    const reported = await unhandledRejections(async () => {
      const subscription = group().subscribe();
      await jest.advanceTimersByTimeAsync(15);
      subscription.unsubscribe();
      await jest.advanceTimersByTimeAsync(15);
    });
    expect(reported).toEqual([expect.objectContaining({ errors: expect.arrayContaining([failure]) as unknown[] })]);
  });
});

describe('what is listed with an error that only looks like a cancellation', () => {
  const failing = () => gather([timer(10).pipe(switchMap(() => throwError(aborted))), failingCleanup(failure), NEVER]);
  const cleaning = () => new Resource().hold(20);

  it('comes with that when it is cancelled meanwhile', async () => {
    const task = createTask(gather([race(gather([cleaning()]), failing())]));
    task.catch(() => {});
    await jest.advanceTimersByTimeAsync(15);
    task.cancel();
    await jest.advanceTimersByTimeAsync(20);
    expect(task.exception()).toHaveProperty('name', 'AbortError');
    expect(suppressed(task.exception())).toEqual([failure]);
  });

  it('comes with that in the AggregateError of a group', async () => {
    const task = createTask(taskGroup(() => race(gather([cleaning()]), failing())));
    task.catch(() => {});
    await jest.advanceTimersByTimeAsync(15);
    task.cancel();
    await jest.advanceTimersByTimeAsync(20);
    const [error] = (task.exception() as AggregateError).errors as unknown[];
    expect(suppressed(error)).toEqual([failure]);
  });
});

it('the failure of a Task that was told to a listener whose teardown throws is not reported as well', async () => {
  const error = new Error('failed');
  const heard = jest.fn();
  const reported = await unhandledRejections(() => {
    const task = createTask(timer(0).pipe(switchMap(() => throwError(() => error))));
    const throwing = finalize(() => {
      throw failure;
    });
    task.pipe(throwing).subscribe({ error: heard });
    jest.runAllTimers();
  });
  expect(heard.mock.calls).toEqual([[error]]);
  expect(reported).toEqual([expect.objectContaining({ errors: [failure] })]);
});
