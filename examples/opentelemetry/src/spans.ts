import { subscribe, tracingChannel } from 'node:diagnostics_channel';
import {
  type Context,
  createContextKey,
  type Exception,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { type TracedTask, traceTasks } from 'rx-asyncio/inspect';
import type { BindableContextManager } from './context-manager.js';

const innermost = createContextKey('the innermost of what has a span of ours');
const outside = createContextKey('the context in which the outermost of these was started');

/**
 * Makes a span of each Task, of each combinator and of what that runs, from now on and until it is disposed of. Spans that are
 * made within these are below them.
 */
export function spansOfTasks({ storage }: BindableContextManager): Disposable {
  const tracer = trace.getTracer('rx-asyncio');
  const contexts = new WeakMap<TracedTask, Context>();
  const { start } = tracingChannel<Context, TracedTask>('rx-asyncio:task');

  start.bindStore(storage, (task) => {
    const active = storage.getStore() ?? ROOT_CONTEXT;
    const around = (active.getValue(outside) as Context | undefined) ?? active;
    // Below whatever span is active within whom it runs for; but a callback is in the context of what has called it.
    const isWithin = active.getValue(innermost) === task.parent;
    const above = isWithin ? active : ((task.parent && contexts.get(task.parent)) ?? around);
    const span = tracer.startSpan(task.name, {}, above);
    const context = trace.setSpan(above, span).setValue(innermost, task).setValue(outside, around);
    contexts.set(task, context);
    return context;
  });

  const spanOf = (message: unknown) => trace.getSpan(contexts.get(message as TracedTask) ?? ROOT_CONTEXT);
  const failed = (message: unknown) => {
    const { error } = message as TracedTask;
    spanOf(message)
      ?.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
      .recordException(error as Exception);
  };
  const ended = (message: unknown) => {
    const { kind, status } = message as TracedTask;
    spanOf(message)?.setAttributes({ 'task.kind': kind, 'task.status': status }).end();
  };
  subscribe('tracing:rx-asyncio:task:error', failed);
  subscribe('tracing:rx-asyncio:task:asyncEnd', ended);
  const tracing = traceTasks();
  return {
    [Symbol.dispose]: () => {
      tracing[Symbol.dispose]();
      start.unbindStore(storage);
    },
  };
}
