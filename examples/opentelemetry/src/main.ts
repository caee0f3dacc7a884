import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { CoroutineContext } from 'rx-asyncio';
import { gather, taskGroup } from 'rx-asyncio/promises';
import { BindableContextManager } from './context-manager.js';
import { inWords } from './in-words.js';
import { spansOfTasks } from './spans.js';

const exporter = new InMemorySpanExporter();
const contextManager = new BindableContextManager();
// In place of the exporter that keeps them: one that sends them to where they are looked at.
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register({ contextManager });
using spans = spansOfTasks(contextManager);

const tracer = trace.getTracer('shop');

/** A span of the program itself, as instrumented libraries make them. */
function query(name: string, { signal }: CoroutineContext): Promise<string> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await sleep(20, name, { signal });
    } finally {
      span.end();
    }
  });
}

async function user(context: CoroutineContext): Promise<string> {
  await sleep(5);
  return await query('select user', context);
}

async function prices(context: CoroutineContext): Promise<string[]> {
  return await taskGroup(async (group) => {
    const gross = group.createTask((context) => query('select gross', context), { name: 'gross' });
    const net = group.createTask((context) => query('select net', context), { name: 'net' });
    return [await gross, await net];
  }, context);
}

await tracer.startActiveSpan('GET /cart', async (request) => {
  await gather({ user, prices });
  await gather({
    slow: (context) => query('select slow', context),
    broken: () => Promise.reject(new Error('no')),
  }).catch(() => {});
  request.end();
});
console.log(inWords(exporter.getFinishedSpans()));
