import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** Spans as a text: each below its parent, in the order in which they were started. */
export function inWords(spans: readonly ReadableSpan[], parent?: string, indentation = ''): string {
  const nanoseconds = ({ startTime: [seconds, rest] }: ReadableSpan) => seconds * 1e9 + rest;
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .sort((one, other) => nanoseconds(one) - nanoseconds(other))
    .flatMap((span) => {
      const { 'task.kind': kind, 'task.status': status } = span.attributes;
      const words = [span.name, kind, status, span.status.code === SpanStatusCode.ERROR && span.status.message];
      const below = inWords(spans, span.spanContext().spanId, `${indentation}  `);
      return [indentation + words.filter(Boolean).join(', '), ...(below === '' ? [] : [below])];
    })
    .join('\n');
}
