// What the frame holds in which a page runs a program. The frame is thrown away to stop it, with all of its timers.
import { isPending } from './pending';
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
import { checkLoop, checkLoops } from './loops';

export interface Listener {
  /** A line as it is printed. */
  print(line: string): void;
  /** The program's own statements have ended, in an error or not. What it has started may go on. */
  end(error?: string): void;
}

export interface Program {
  /** The timeline so far as an SVG, or nothing if there is none to draw. */
  draw(title: string): string;
  /** Whether something that the timeline shows has not ended, or a timer or an answer is still to come. */
  running(): boolean;
}

/** More than that nobody can read, and drawing it would take all the page's time. */
const mostDrawn = 1000;

function run(code: string, { print, end }: Listener): Program {
  const timeline = timelines.recordTimeline({ now: () => performance.now() });
  const modules: Record<string, object> = {
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
    const found = modules[name];
    if (found === undefined) throw new Error(`There is no ${name} in a page.`);
    return strict(name, found);
  };
  const log = (...values: unknown[]) => {
    for (const line of format(values).split('\n')) print(line);
  };
  const own = { ...console, log, debug: log, info: log, warn: log, error: log };
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    log('Unhandled rejection:', event.reason);
  });
  addEventListener('error', (event) => {
    event.preventDefault();
    log('Uncaught', event.error ?? event.message);
  });
  void start(code, require, own).then(
    () => {
      end();
    },
    (error: unknown) => {
      end(format(['Uncaught', error]));
    },
  );
  return {
    draw(title) {
      const events = timeline.events.slice(0, mostDrawn);
      return events.length === 0 ? '' : timelines.renderTimeline(untilNow(events), { title });
    },
    running: () => open(timeline.events).length > 0 || isPending(),
  };
}

/** A name that a module does not have is an error, as where modules are linked. */
function strict(name: string, module: object): object {
  return new Proxy(module, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && key !== '__esModule' && key !== 'default')
        throw new SyntaxError(`${name} has no export ${key}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}

async function start(code: string, require: (name: string) => unknown, own: object): Promise<void> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (...given: unknown[]) => Promise<void>;
  const program = new AsyncFunction('require', 'exports', 'console', 'checkLoop', compile(code));
  await program(require, {}, own, checkLoop);
}

function compile(code: string): string {
  try {
    return checkLoops(transform(code, { transforms: ['typescript', 'imports'], disableESTransforms: true }).code);
  } catch (error) {
    // Theirs have more to them than a reader wants to see.
    throw new SyntaxError((error as Error).message);
  }
}

/** What still runs is drawn up to now: its row has been heard of just now. */
function untilNow(events: readonly timelines.TimelineEvent[]): readonly timelines.TimelineEvent[] {
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
