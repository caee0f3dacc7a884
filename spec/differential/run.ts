import { concatMap, defer, from, lastValueFrom, map, type Observable, type ObservableInput, tap, timer } from 'rxjs';
import * as observables from 'rx-asyncio';
import { type Awaitable, type CoroutineContext, createTask, type Outcome, type Task } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { unhandledRejections } from '../support/unhandled-rejections';
import { isPhase, type Node, type Phase, type Structure } from './scenario';
import { inVirtualTime, now } from '../support/virtual-time';

export interface Trace {
  /** What happened to each node, by its id. */
  readonly nodes: Record<number, NodeTrace>;
  /** The failures that the runtime reported. */
  unhandled: unknown[];
}

/** Times are milliseconds from the start. */
export interface NodeTrace {
  started?: number;
  /** When a phase saw that it is cancelled. */
  cancelled?: number;
  cleanedUp?: number;
  /** When a phase came to its end undisturbed. */
  finished?: number;
  /** What a structure gave, and when. */
  emitted?: [time: number, value: unknown][];
  /** When its Task was done, and how it ended. */
  done?: number;
  outcome?: unknown;
}

/**
 * What the structures are made of. `tasks`: Observables over Tasks, as in asyncio. `promises`: the facades over Tasks.
 * `cold`: Observables that start what they are given; only the outermost is a Task.
 */
export type Mode = 'tasks' | 'promises' | 'cold';

/** A trace, and what is listed with the errors that came out: asyncio does not list any. */
export async function runCold(scenario: Structure): Promise<Trace & { listed: unknown[] }> {
  told.clear();
  const trace = await run(scenario, 'cold');
  // It grows while it is looked through: what is listed may itself list others.
  const listed: unknown[] = [];
  for (const error of told) listed.push(...observables.suppressed(error).map(describeError));
  return { ...trace, listed: sorted(listed) };
}

export async function run(scenario: Structure, mode: Mode): Promise<Trace> {
  const execution = new Execution(mode, scenario.permits);
  const unhandled = await unhandledRejections(() => inVirtualTime(() => void execution.start(scenario)));
  return { nodes: execution.trace, unhandled: sorted(unhandled.map(describeError)) };
}

class Execution {
  readonly trace: Record<number, NodeTrace> = {};
  readonly #mode: Mode;
  readonly #semaphore: observables.Semaphore;

  constructor(mode: Mode, permits: number | undefined) {
    this.#mode = mode;
    this.#semaphore = new observables.Semaphore(permits ?? Infinity);
  }

  start(node: Node, create = createTask): Task<unknown> {
    const task = create(this.#awaitable(node));
    if (node.cancelAt !== undefined) setTimeout(() => task.cancel(), node.cancelAt);
    const done = (outcome: unknown) => {
      Object.assign(this.#traceOf(node), { done: now, outcome });
    };
    task.then(
      () => {
        done('fulfilled');
      },
      (error: unknown) => {
        done(describeError(error));
      },
    );
    return task;
  }

  #awaitable(node: Node): Awaitable<unknown> {
    if (isPhase(node)) return this.#phase(node);
    if (this.#mode === 'promises') return (context) => lastValueFrom(this.#structure(node, promises, context));
    // The Observables take no signal, but all else that the facades do.
    return this.#structure(node, observables as unknown as typeof promises);
  }

  #phase(phase: Phase): Awaitable<unknown> {
    const coroutine = this.#coroutine(phase);
    const { linesUpAfter } = phase;
    if (linesUpAfter === undefined) return coroutine;
    if (this.#mode !== 'promises') return timer(linesUpAfter).pipe(concatMap(() => this.#semaphore.use(coroutine)));
    return async (context) => {
      const cancellation = await sleep(linesUpAfter, context.signal);
      if (cancellation !== undefined) throw cancellation;
      const permit = await this.#semaphore.acquire(context);
      return coroutine(context).finally(() => {
        permit.release();
      });
    };
  }

  #coroutine(phase: Phase): (context: CoroutineContext) => Promise<string> {
    const trace = this.#traceOf(phase);
    return async ({ signal }) => {
      trace.started = now;
      const cancellation = await sleep(phase.delay, signal);
      if (cancellation === undefined) {
        trace.finished = now;
        if (phase.fails) throw new Error(`failure of ${phase.id}`);
        return `result of ${phase.id}`;
      }
      trace.cancelled = now;
      if (phase.cleanup > 0) await sleep(phase.cleanup);
      trace.cleanedUp = now;
      if (phase.whenCancelled === 'fail') throw new Error(`failure of cancelled ${phase.id}`);
      if (phase.whenCancelled === 'return') return `result of cancelled ${phase.id}`;
      throw cancellation;
    };
  }

  /** Emits what the structure gives, as JSON has it. */
  #structure(node: Structure, combinators: typeof promises, context?: CoroutineContext): Observable<unknown> {
    const trace = this.#traceOf(node);
    return defer(() => this.#combine(node, combinators, { ...context })).pipe(
      tap((value) => (trace.emitted ??= []).push([now, value])),
    );
  }

  #combine(
    { kind, of, timeout, returnWhen, returnExceptions, body, awaitsTasks }: Structure,
    { asCompleted, gather, shield, taskGroup, wait, waitFor }: typeof promises,
    context: { signal?: AbortSignal },
  ): ObservableInput<unknown> {
    if (kind === 'taskGroup' && body !== undefined) {
      return taskGroup(async (group) => {
        const create: typeof createTask = group.createTask;
        const tasks = of.map((node) =>
          this.#mode === 'cold' ? create(this.#awaitable(node)) : this.start(node, create),
        );
        const result = await this.#coroutine(body)(group);
        if (awaitsTasks) for (const task of tasks) await task;
        return result;
      }, context);
    }
    const nodes = of.map((node) => (this.#mode === 'cold' ? this.#awaitable(node) : this.start(node)));
    if (kind === 'wait') return from(wait(nodes, { ...context, timeout, returnWhen })).pipe(map(describeWait));
    if (kind === 'asCompleted') return asCompleted(nodes, { ...context, timeout });
    if (kind === 'gather') {
      const gathered = from(gather(nodes, { ...context, returnExceptions }));
      return returnExceptions ? gathered.pipe(map((all) => all.map(describeOutcome))) : gathered;
    }
    const [node] = nodes as [Awaitable<unknown>];
    return kind === 'shield' ? shield(node, context) : waitFor(node, timeout, context);
  }

  #traceOf(node: Node): NodeTrace {
    return (this.trace[node.id] ??= {});
  }
}

/** The reason of the signal, if it aborts before the time is over. */
function sleep(delay: number, signal?: AbortSignal): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delay);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(signal.reason as Error);
    });
  });
}

/** A set has no order, so it is sorted. */
function describeWait({ done, pending }: { done: Set<Task<unknown>>; pending: Set<unknown> }): unknown {
  return { done: sorted(Array.from(done, describeTask)), pending: pending.size };
}

function describeTask(task: Task<unknown>): unknown {
  if (task.status === 'fulfilled') return task.result();
  return { error: task.status === 'cancelled' ? 'CancelledError' : describeError(task.exception()) };
}

function describeOutcome(result: unknown): unknown {
  const outcome = result as Outcome<unknown>;
  return outcome.status === 'fulfilled' ? outcome.value : { error: describeError(outcome.reason) };
}

/** The errors that were described. */
const told = new Set<unknown>();

function describeError(error: unknown): unknown {
  told.add(error);
  if (error instanceof AggregateError) return sorted(error.errors.map(describeError));
  const { name, message } = error as Error;
  return name === 'Error' ? message : name;
}

export function sorted(values: unknown[]): unknown[] {
  const keyed = values.map((value) => ({ value, key: JSON.stringify(value) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ value }) => value);
}
