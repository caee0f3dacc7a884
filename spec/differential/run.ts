import { defer, map, Observable, tap } from 'rxjs';
import {
  asCompleted,
  type Awaitable,
  type CoroutineContext,
  createTask,
  gather,
  type Outcome,
  shield,
  type Task,
  taskGroup,
  wait,
  waitFor,
} from 'rx-asyncio';
import { unhandledRejections } from '../support/unhandled-rejections';
import { isPhase, type Node, type Phase, type Structure } from './scenario';
import { inVirtualTime, now } from './virtual-time';

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
 * Runs a scenario, with a Task for the outermost structure. The nodes in it become Tasks as well, as in asyncio, or are
 * handed over cold, for the structures to start.
 */
export async function run(scenario: Structure, nodes: 'tasks' | 'cold'): Promise<Trace> {
  const execution = new Execution(nodes === 'tasks');
  const unhandled = await unhandledRejections(() => inVirtualTime(() => void execution.start(scenario)));
  return { nodes: execution.trace, unhandled: sorted(unhandled.map(describeError)) };
}

class Execution {
  readonly trace: Record<number, NodeTrace> = {};
  readonly #asTasks: boolean;

  constructor(asTasks: boolean) {
    this.#asTasks = asTasks;
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
    if (isPhase(node)) return this.#coroutine(node);
    const trace = this.#traceOf(node);
    return this.#structure(node).pipe(tap((value) => (trace.emitted ??= []).push([now, value])));
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

  /** What it gives, as JSON has it. */
  #structure({ kind, of, timeout, returnWhen, returnExceptions, body, awaitsTasks }: Structure): Observable<unknown> {
    const handOver = (node: Node) => (this.#asTasks ? this.start(node) : this.#awaitable(node));
    return defer((): Observable<unknown> => {
      if (kind === 'taskGroup' && body !== undefined) {
        return taskGroup(async (group) => {
          const create = group.createTask.bind(group) as typeof createTask;
          const tasks = of.map((node) => (this.#asTasks ? this.start(node, create) : create(this.#awaitable(node))));
          const result = await this.#coroutine(body)(group);
          if (awaitsTasks) for (const task of tasks) await task;
          return result;
        });
      }
      const nodes = of.map(handOver);
      if (kind === 'wait') return wait(nodes, { timeout, returnWhen }).pipe(map(describeWait));
      if (kind === 'asCompleted') return asCompleted(nodes, { timeout });
      if (kind === 'gather' && !returnExceptions) return gather(nodes);
      if (kind === 'gather') return gather(nodes, { returnExceptions }).pipe(map((all) => all.map(describeOutcome)));
      const [node] = nodes as [Awaitable<unknown>];
      return kind === 'shield' ? shield(node) : waitFor(node, timeout);
    });
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

function describeError(error: unknown): unknown {
  if (error instanceof AggregateError) return sorted(error.errors.map(describeError));
  const { name, message } = error as Error;
  return name === 'Error' ? message : name;
}

export function sorted(values: unknown[]): unknown[] {
  const keyed = values.map((value) => ({ value, key: JSON.stringify(value) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ value }) => value);
}
