// What the frame holds in which a page runs a program. The frame is thrown away to stop it, with all of its timers.
import * as rxjs from 'rxjs';
import * as testing from 'rxjs/testing';
import * as entry from 'rx-asyncio';
import * as inspection from 'rx-asyncio/inspect';
import * as promises from 'rx-asyncio/promises';
import * as timelines from 'rx-asyncio/timeline';
import { transform } from 'sucrase';
import * as timersPromises from '../../scripts/browser/timers-promises.js';
import { format } from './format';
import { instrument } from './instrument';

export interface Listener {
  /** A line as it is printed. */
  print(line: string): void;
  /** The program's own statements have ended, in an error or not. What it has started may go on. */
  end(error?: string): void;
}

export interface Program {
  /** The timeline so far as an SVG, or nothing if there is none to draw. */
  draw(title: string): string;
  /** Whether something that the timeline shows has not ended. */
  running(): boolean;
}

function run(code: string, { print, end }: Listener): Program {
  const timeline = timelines.recordTimeline({ now: () => performance.now() });
  const modules: Record<string, unknown> = {
    rxjs,
    'rxjs/testing': testing,
    'rx-asyncio': instrument(entry, timeline),
    'rx-asyncio/promises': instrument(promises, timeline),
    'rx-asyncio/inspect': inspection,
    'rx-asyncio/timeline': timelines,
    'node:timers/promises': timersPromises,
    'timers/promises': timersPromises,
  };
  const require = (name: string) => {
    if (name in modules) return modules[name];
    throw new Error(`There is no ${name} in a page.`);
  };
  const log = (...values: unknown[]) => {
    for (const line of format(values).split('\n')) print(line);
  };
  const own = { ...console, log, info: log, warn: log, error: log };
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    log(`Unhandled rejection: ${String(event.reason)}`);
  });
  addEventListener('error', (event) => {
    event.preventDefault();
    log(`Uncaught ${event.message}`);
  });
  void start(code, require, own).then(
    () => {
      end();
    },
    (error: unknown) => {
      end(String(error));
    },
  );
  return {
    draw: (title) => (timeline.events.length === 0 ? '' : timelines.renderTimeline(untilNow(timeline), { title })),
    running: () => open(timeline.events).length > 0,
  };
}

async function start(code: string, require: (name: string) => unknown, own: object): Promise<void> {
  const compiled = transform(code, { transforms: ['typescript', 'imports'], disableESTransforms: true }).code;
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (...given: unknown[]) => Promise<void>;
  await new AsyncFunction('require', 'exports', 'console', compiled)(require, {}, own);
}

/** What still runs is drawn up to now: its row has been heard of just now. */
function untilNow({ events }: timelines.Timeline): readonly timelines.TimelineEvent[] {
  const [running] = open(events);
  const begun = events.at(0);
  if (running === undefined || begun === undefined) return events;
  return [
    ...events,
    { ...running, type: 'tracked', time: Math.max(performance.now() - zero(events), events.at(-1)?.time ?? 0) },
  ];
}

let began: number | undefined;
function zero(events: readonly timelines.TimelineEvent[]): number {
  began ??= performance.now() - (events.at(-1)?.time ?? 0);
  return began;
}

function open(events: readonly timelines.TimelineEvent[]): timelines.TimelineEvent[] {
  const ended = new Set(events.filter(({ type }) => type === 'done' || type === 'failed' || type === 'cleaned up').map(({ row }) => row)); // prettier-ignore
  return events.filter(({ type, row }) => type === 'started' && !ended.has(row));
}

Object.assign(globalThis, { runProgram: run });
