import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Span, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { asCompleted, createTask } from 'rx-asyncio';
import { gather, taskGroup } from 'rx-asyncio/promises';
import { mergeMap, of, timer } from 'rxjs';
import { BindableContextManager } from '../src/context-manager.js';
import { spansOfTasks } from '../src/spans.js';

const exporter = new InMemorySpanExporter();
const manager = new BindableContextManager();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register({ contextManager: manager });
const tracer = trace.getTracer('tests');

let spans: Disposable;
before(() => {
  spans = spansOfTasks(manager);
});
after(() => {
  spans[Symbol.dispose]();
});
beforeEach(() => {
  exporter.reset();
});

/** The way from the outermost to each span. */
function ways(): string[] {
  const all = new Map(exporter.getFinishedSpans().map((span) => [span.spanContext().spanId, span]));
  return Array.from(all.values(), (span) => {
    const names = [span.name];
    for (let above = span.parentSpanContext; above !== undefined;) {
      const found = all.get(above.spanId);
      names.unshift(found?.name ?? '?');
      above = found?.parentSpanContext;
    }
    return names.join(' > ');
  }).sort();
}

const query = (name: string) =>
  tracer.startActiveSpan(name, async (span: Span) => {
    await sleep(5);
    span.end();
  });

describe('spans of the OpenTelemetry SDK', () => {
  it('have the parents that Tasks, combinators and coroutines have, and so have those made within, after an await, too', async () => {
    await tracer.startActiveSpan('request', async (request) => {
      await gather({
        user: async () => {
          await sleep(1);
          await query('select');
        },
        prices: async (context) => {
          await sleep(1);
          await taskGroup(
            async (group) => {
              group.createTask(() => query('gross'), { name: 'first' });
              group.createTask(() => query('net'), { name: 'second' });
            },
            { ...context, concurrency: 1 },
          );
        },
      });
      request.end();
    });
    assert.deepEqual(ways(), [
      'request',
      'request > gather',
      'request > gather > prices',
      'request > gather > prices > taskGroup',
      'request > gather > prices > taskGroup > first',
      'request > gather > prices > taskGroup > first > gross',
      'request > gather > prices > taskGroup > second',
      'request > gather > prices > taskGroup > second > net',
      'request > gather > prices > taskGroup > the body',
      'request > gather > user',
      'request > gather > user > select',
    ]);
    const traces = new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId));
    assert.equal(traces.size, 1);
  });

  it('are below a span that their parent has made, where it is active', async () => {
    await gather({
      page: () =>
        tracer.startActiveSpan('render', async (span) => {
          await sleep(1);
          await gather({ part: async () => {} });
          span.end();
        }),
    });
    assert.deepEqual(ways().at(-1), 'gather > page > render > gather > part');
  });

  it('are not below what has ended, which called back', async () => {
    const done = new Promise<void>((resolve) => {
      tracer.startActiveSpan('request', (request) => {
        asCompleted({ first: timer(1), second: timer(5) })
          .pipe(mergeMap((n) => gather({ made: of(n) })))
          .subscribe({ complete: resolve });
        request.end();
      });
    });
    await done;
    assert.deepEqual(
      [...new Set(ways())],
      [
        'request',
        'request > asCompleted',
        'request > asCompleted > first',
        'request > asCompleted > second',
        'request > gather',
        'request > gather > made',
      ],
    );
  });

  it('tell a failure as an error, with its exception, and a cancellation as none', async () => {
    const error = new Error('no');
    await assert.rejects(
      gather({
        broken: () => Promise.reject(error),
        slow: async ({ signal }) => {
          await sleep(1000, undefined, { signal });
        },
      }),
      error,
    );
    const told = exporter
      .getFinishedSpans()
      .map(({ name, status, attributes, events }) => [
        name,
        status.code === 2 ? status.message : '',
        attributes['task.kind'],
        attributes['task.status'],
        events.map((event) => event.attributes?.['exception.message']).join(),
      ]);
    assert.deepEqual(told.sort(), [
      ['broken', 'Error: no', 'coroutine', 'rejected', 'no'],
      ['gather', 'Error: no', 'gather', 'rejected', 'no'],
      ['slow', '', 'coroutine', 'cancelled', ''],
    ]);
  });

  it('end when all is cleaned up', async () => {
    const task = createTask(
      async ({ signal }) => {
        await sleep(1000, undefined, { signal }).catch(() => sleep(30));
      },
      { name: 'task' },
    );
    task.cancel();
    assert.deepEqual(ways(), []);
    await task.catch(() => {});
    assert.deepEqual(ways(), ['task']);
    const [span] = exporter.getFinishedSpans();
    assert.ok(span !== undefined && span.duration[1] >= 29e6, `${span?.duration}`);
  });
});

describe('the example', () => {
  it('prints the spans of a request', () => {
    const main = path.join(import.meta.dirname, '../src/main.js');
    const printed = execFileSync(process.execPath, [main], { encoding: 'utf8' }).trimEnd().split('\n');
    assert.equal(printed[0], 'GET /cart');
    assert.equal(printed.length, 15);
    assert.ok(printed.includes('        net, Task, fulfilled'), printed.join('\n'));
  });
});
