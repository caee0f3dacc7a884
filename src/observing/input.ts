import { Observable, type Subscriber } from 'rxjs';
import { fromInput } from '../awaitable/from-input.js';
import { type Input } from '../awaitable/input.js';
import { listen, type TaskStatus } from '../awaitable/source.js';
import { Between } from '../cleanup/between.js';
import { overhear } from '../cleanup/collector.js';
import type { Cleanup } from '../cleanup/failures.js';
import { cancelFor, isTask } from '../task/symbols.js';
import type { Task } from '../task/task.js';
import type { Run } from './run.js';

/** A Task stays what it is. Of anything else each subscription is a run. */
export function observeInput<T>(input: Input<T>, nextRun: () => Run): Observable<T> {
  return isTask(input) ? observeTask(input as unknown as Task<T>, nextRun()) : observeSource(fromInput(input), nextRun);
}

export function observeSource<T>(source: Observable<T>, nextRun: () => Run): Observable<T> {
  return new Observable((subscriber) => {
    const run = nextRun();
    run.start();
    let cleanups: () => readonly Cleanup[];
    // A Subscriber tears down in the order in which things were added to it, so these two are before and after the source.
    subscriber.add(() => {
      run.cancel();
      cleanups = overhear();
    });
    source.subscribe(new Observed(subscriber, run));
    subscriber.add(() => {
      const pending = cleanups();
      const end = () => {
        run.endCancelled();
      };
      if (pending.length === 0) end();
      else void Promise.all(pending).then(end);
    });
  });
}

class Observed<T> extends Between<T> {
  constructor(
    served: Subscriber<T>,
    private readonly run: Run,
  ) {
    super(served);
  }

  protected override _next(value: T): void {
    this.run.emit(value);
    super._next(value);
  }

  protected override _error(error: unknown): void {
    this.run.fail(error);
    super._error(error);
  }

  protected override _complete(): void {
    this.run.complete();
    super._complete();
  }
}

/** A Promise runs already, and cannot be cancelled. */
export function observePromise<T>(promise: Promise<T>, run: Run): void {
  run.start();
  void promise.then(
    (value) => {
      run.done(value);
    },
    (error: unknown) => {
      run.fail(error);
    },
  );
}

/** Who is told when a Task is cancelled. */
const toldOf = new WeakMap<Task<unknown>, Set<Run>>();

function observeTask<T>(task: Task<T>, run: Run): Task<T> {
  run.start();
  const settled = (status: TaskStatus, outcome?: unknown) => {
    if (status === 'fulfilled') run.done(outcome);
    else if (status === 'cancelled') run.endCancelled();
    else run.fail(outcome);
    // The failure is for others to take.
    return false;
  };
  // Looking at a reason would count as having heard of the failure.
  if (task.done) settled(task.status, task.status === 'fulfilled' ? task.result() : undefined);
  else {
    task[listen]({ settled });
    runsOf(task).add(run);
  }
  return task;
}

/** A Task cannot be wrapped and stay what it is, so what is added to it is added in place, once. */
function runsOf(task: Task<unknown>): Set<Run> {
  const known = toldOf.get(task);
  if (known !== undefined) return known;
  const runs = new Set<Run>();
  toldOf.set(task, runs);
  const cancel = task[cancelFor].bind(task);
  // All ways to cancel it lead there.
  const cancelObserved = (...reason: Parameters<typeof cancel>) => {
    for (const run of runs) run.cancel();
    cancel(...reason);
  };
  Object.defineProperty(task, cancelFor, { value: cancelObserved, configurable: true });
  return runs;
}
