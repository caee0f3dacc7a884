import { type CoroutineContext, createTask, gather, taskGroup, waitFor } from 'rx-asyncio';
import { measureTasks } from 'rx-asyncio/inspect';
import * as promises from 'rx-asyncio/promises';
import { defer, NEVER, of, throwError, timer } from 'rxjs';
import { inVirtualTime } from '../support/virtual-time';

interface Devtools {
  readonly dataType: string;
  readonly trackGroup: string;
  readonly track: string;
  readonly color: string;
  readonly properties: readonly (readonly [string, string])[];
  readonly tooltipText: string;
}

let measuring: Disposable;
beforeEach(() => {
  // One list for all of a process.
  performance.clearMeasures();
  measuring = measureTasks();
});
afterEach(() => {
  measuring[Symbol.dispose]();
  performance.clearMeasures();
});

/** By name: browsers do not tell apart what starts right after each other. */
const entries = () =>
  (performance.getEntriesByType('measure') as PerformanceMeasure[]).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
const devtoolsOf = ({ detail }: PerformanceMeasure) => (detail as { readonly devtools: Devtools }).devtools;
const tracks = () => entries().map((entry) => `${entry.name} in ${devtoolsOf(entry).track}`);
const turn = () => Promise.resolve();

describe('measureTasks', () => {
  it('measures each from its start until it is over, as the Performance panel takes it', async () => {
    const start = performance.now();
    const cleaning = async ({ signal }: CoroutineContext) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    const broken = async () => turn().then(() => Promise.reject(new Error('no')));
    await expect(promises.gather({ one: of(1), cleaning, broken })).rejects.toThrow('no');
    const end = performance.now();
    expect(entries().map(({ name }) => name)).toEqual(['broken', 'cleaning', 'gather', 'one']);
    const [failed, cleaned, all] = entries();
    expect(failed && devtoolsOf(failed)).toEqual({
      dataType: 'track-entry',
      trackGroup: 'rx-asyncio',
      track: 'gather',
      color: 'error',
      properties: [
        ['kind', 'coroutine'],
        ['outcome', 'rejected'],
      ],
      tooltipText: 'broken: rejected',
    });
    for (const entry of [cleaned, all]) {
      expect(entry?.startTime).toBeGreaterThanOrEqual(start);
      expect(entry?.duration).toBeGreaterThanOrEqual(28);
      expect((entry?.startTime ?? 0) + (entry?.duration ?? 0)).toBeLessThanOrEqual(end);
    }
  });

  it('colours by the outcome', () => {
    gather({ well: of(1), failing: defer(() => throwError(() => new Error('no'))) }).subscribe({ error: () => {} });
    createTask(NEVER, { name: 'cancelled' }).cancel();
    expect(entries().map((entry) => `${entry.name}: ${devtoolsOf(entry).color}`)).toEqual([
      'cancelled: secondary-light',
      'failing: error',
      'gather: error',
      'well: tertiary',
    ]);
  });

  it('gives each group a track, named by the way to it', async () => {
    await promises.gather({
      // Not after an await: what that is done for, no browser knows.
      sync: async () => {
        await promises.taskGroup(async (group) => {
          await turn();
          group.createTask(waitFor(of(1), 1000), { name: 'first' });
        });
      },
    });
    expect(tracks()).toEqual([
      'first in gather > sync > taskGroup',
      'gather in outside of groups',
      'sync in gather',
      'taskGroup in gather',
      'the awaitable in gather > sync > taskGroup',
      'the body in gather > sync > taskGroup',
      'waitFor in gather > sync > taskGroup',
    ]);
  });

  it('numbers the groups of one name that are there at the same time', async () => {
    await inVirtualTime(() => {
      for (const ms of [10, 20]) gather({ [ms]: timer(ms) }).subscribe();
      setTimeout(() => {
        for (const ms of [30, 40]) taskGroup(({ createTask: create }) => create(timer(ms), { name: String(ms) })).subscribe(); // prettier-ignore
        for (const ms of [50, 60]) gather({ [ms]: timer(ms) }).subscribe();
      }, 15);
    });
    expect(tracks().filter((each) => /^\d/.test(each))).toEqual([
      '10 in gather',
      '20 in gather (2)',
      '30 in taskGroup',
      '40 in taskGroup (2)',
      '50 in gather',
      '60 in gather (3)',
    ]);
  });

  it('measures what has started to its end when it is disposed of, and nothing that starts later', () => {
    const task = createTask(NEVER, { name: 'early' });
    measuring[Symbol.dispose]();
    createTask(of(1), { name: 'late' });
    task.cancel();
    expect(tracks()).toEqual(['early in outside of groups']);
  });
});
