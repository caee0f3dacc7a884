import { inspect } from 'node:util';
import { asyncFinalize, CancelledError, createTask, gather, suppressed } from 'rx-asyncio';
import { config, finalize, NEVER, Observable, of, switchMap, take, throwError, timer } from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { unhandledRejections } from '../support/unhandled-rejections';

useFakeTimers();

const failingCleanup = (failure: unknown) => NEVER.pipe(asyncFinalize(() => Promise.reject(failure as Error)));

describe('suppressed', () => {
  it('lists at most 16 failures, and then says how many more there were', async () => {
    const first = new Error('first');
    const later = Array.from({ length: 20 }, (_, index) => new Error(`later ${index}`));
    const heard = jest.fn();
    gather([...later.map(failingCleanup), throwError(() => first)]).subscribe({ error: heard });
    await jest.advanceTimersByTimeAsync(0);
    expect(heard.mock.calls).toEqual([[first]]);
    expect(suppressed(first)).toEqual([...later.slice(0, 16), 'and 4 more']);
  });

  it('adds what comes later still, further up', async () => {
    const first = new Error('first');
    const [inner, outer] = [new Error('inner'), new Error('outer')];
    const failing = gather([failingCleanup(inner), throwError(() => first)]);
    gather([failingCleanup(outer), failing]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    expect(suppressed(first)).toEqual([inner, outer]);
  });

  it('counts on where there were more than 16 already', async () => {
    const first = new Error('first');
    const later = Array.from({ length: 17 }, (_, index) => new Error(`later ${index}`));
    const failing = gather([...later.map(failingCleanup), throwError(() => first)]);
    gather([failingCleanup(new Error('outer')), failing]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    expect(suppressed(first)).toEqual([...later.slice(0, 16), 'and 2 more']);
  });

  it('lists 16 as they are', async () => {
    const first = new Error('first');
    const later = Array.from({ length: 16 }, (_, index) => new Error(`later ${index}`));
    gather([...later.map(failingCleanup), throwError(() => first)]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    expect(suppressed(first)).toEqual(later);
  });

  it('does not list a failure with itself, and then shows nothing of it', async () => {
    const failure = new Error('both');
    gather([failingCleanup(failure), throwError(() => failure)]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    expect(suppressed(failure)).toEqual([]);
    expect(Object.getOwnPropertySymbols(failure)).toEqual([]);
  });

  it('does not list what says that it was cancelled', () => {
    const failure = new Error('first');
    const failing = throwError(() => failure).pipe(
      finalize(() => {
        throw new CancelledError();
      }),
    );
    gather([failing]).subscribe({ error: () => undefined });
    expect(suppressed(failure)).toEqual([]);
  });

  it('is printed with the error, also what came later still', async () => {
    const first = new Error('first');
    const failing = gather([failingCleanup('inner'), throwError(() => first)]);
    gather([failingCleanup('outer'), failing]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    expect(inspect(first)).toMatch(/Symbol\(suppressed\)\]?: \[ 'inner', 'outer' \]/);
  });

  it.each([
    ['an AggregateError', () => new AggregateError([new Error('a'), new Error('b')], 'two')],
    ['what is only named like the one in which rxjs packs them', () => Object.assign(new Error('no'), { name: 'UnsubscriptionError' })],
  ])('has %s that a teardown throws as the one that it is', (_, make) => {
    const first = new Error('first');
    const thrown = make();
    const throwing = new Observable(() => () => {
      throw thrown;
    });
    gather([throwing, throwError(() => first)]).subscribe({ error: () => undefined });
    expect(suppressed(first)).toEqual([thrown]);
  }); // prettier-ignore

  it.each([[undefined], [null], ['text'], [new Error('alone')]])('is empty for %p', (error) => {
    expect(suppressed(error)).toEqual([]);
  });

  it('knows what a frozen error could not be given as a property', async () => {
    const first = Object.freeze(new Error('first'));
    const second = new Error('second');
    gather([failingCleanup(second), throwError(() => first)]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    expect(suppressed(first)).toEqual([second]);
  });
});

describe('config.onUnhandledError of rxjs, where it is set,', () => {
  const told = jest.fn();

  beforeEach(() => {
    told.mockClear();
    config.onUnhandledError = told;
  });

  afterEach(() => {
    config.onUnhandledError = null;
  });

  it('is told what fails in a cleanup that nobody waits for', async () => {
    const failure = new Error('cannot close');
    const reported = await unhandledRejections(async () => {
      gather([failingCleanup(failure)])
        .subscribe()
        .unsubscribe();
      await jest.advanceTimersByTimeAsync(0);
    });
    expect([told.mock.calls, reported]).toEqual([[[failure]], []]);
  });

  it('is told what cannot be listed with a primitive, nor with what came out of a Task', async () => {
    const shared = new Error('of a Task');
    const task = createTask(throwError(() => shared));
    for (const first of [throwError(() => 'first'), task]) {
      gather([failingCleanup(`after ${first === task ? 'a Task' : 'text'}`), first]).subscribe({
        error: () => undefined,
      });
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(told.mock.calls).toEqual([['after text'], ['after a Task']]);
    expect(suppressed(shared)).toEqual([]);
  });
});

describe('a coroutine function that returns an Observable', () => {
  it('is waited for while that still cleans up at its end', async () => {
    const resource = new Resource();
    const replaced = () =>
      timer(0, 10).pipe(
        take(2),
        switchMap((index) => (index === 0 ? gather([resource.hold(20)]) : of('result'))),
      );
    const task = createTask(replaced);
    await jest.advanceTimersByTimeAsync(29);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, task.result(), resource.held]).toEqual(['fulfilled', 'result', 0]);
  });
});
