import type { Job, Worker } from 'bullmq';
import { checkFunction } from '../arguments/check.js';
import { describe } from '../awaitable/describe.js';
import type { Input } from '../awaitable/input.js';
import { Heeding } from './heeding.js';
import { failureOf } from './processing.js';

/** What has the method: a `WorkerHost` of `@nestjs/bullmq`, or whatever else has its worker. */
export interface CancellableHost {
  /** A `Worker` of BullMQ. */
  readonly worker: unknown;
}

/** The method: BullMQ's processor. Its `signal` aborts when the job is cancelled. */
export type CancellableMethod = (job: never, token?: string, signal?: AbortSignal) => unknown;

/** What {@link Cancellable} makes, for both kinds of decorators that TypeScript has. */
export interface CancellableDecorator {
  // Standard.
  <P extends CancellableMethod>(method: P, context: { readonly kind: 'method'; readonly static: false }): P;
  // With `experimentalDecorators`, as in Nest.
  <P extends CancellableMethod>(
    host: CancellableHost,
    name: string | symbol,
    method: TypedPropertyDescriptor<P>,
  ): TypedPropertyDescriptor<P>;
}

/**
 * A decorator for the method `process` of a `WorkerHost` of `@nestjs/bullmq`: its jobs are cancelled by who calls them by
 * {@link remoteQueue}, as those of {@link serveQueue} are. The method is given a `signal` as its third argument, and is waited
 * for until it has settled; what it starts by `gather` and the like with that signal has cleaned up by then. Results are
 * JSON, and failures arrive with their types.
 *
 * The host must not be request-scoped: Nest gives its instances neither a worker nor a signal. Its jobs fail, and say so.
 *
 * @throws TypeError when it decorates what is no method
 */
export function Cancellable(): CancellableDecorator {
  const decorate = (first: unknown, second: unknown, descriptor?: TypedPropertyDescriptor<unknown>) => {
    // A class, a field or an accessor is none, in both kinds.
    if (typeof second === 'object') return cancellable(isMethod(second) ? first : undefined);
    const method = cancellable(descriptor?.value);
    return { ...descriptor, value: method };
  };
  return decorate as CancellableDecorator;
}

const isMethod = (context: unknown) => (context as { readonly kind?: unknown } | null)?.kind === 'method';

function cancellable(method: unknown) {
  checkFunction('Cancellable', 'what it decorates', method);
  const run = method as (...args: unknown[]) => Input<unknown>;
  // BullMQ gives a signal to what has three parameters.
  return function process(this: CancellableHost, job: Job, token: string | undefined, signal: AbortSignal | undefined) {
    const worker = workerOf(this);
    if (worker === undefined || signal === undefined) {
      const message = `Cancellable: ${describe(this)} has no worker or no signal: it must not be request-scoped, and its job be run by BullMQ`;
      throw failureOf(new TypeError(message), true);
    }
    return heedingOf(worker).process(job, token, signal, (context) => run.call(this, job, token, context.signal));
  };
}

/** Nest's `worker` throws where there is none. */
function workerOf(host: CancellableHost): Worker | undefined {
  try {
    return host.worker as Worker | undefined;
  } catch {
    return undefined;
  }
}

const heedings = new WeakMap<Worker, Heeding>();

/** From its first job on: callers ask again until they are answered, so it comes in time. */
function heedingOf(worker: Worker): Heeding {
  const known = heedings.get(worker);
  if (known !== undefined) return known;
  const heeding = new Heeding(worker, { connection: worker.opts.connection });
  heedings.set(worker, heeding);
  return heeding;
}
