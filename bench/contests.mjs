/**
 * What rx-asyncio is measured against. `bar` and `reach` are ratios, ours by theirs: what it must not exceed, and what it
 * should come down to. Without a bar the figure is for information.
 *
 * @typedef {{ peer: string, n?: number, bar?: number, reach?: number }} Opponent
 * @typedef {{ title: string, work: string, n: number, unit?: 'ms' | 'bytes', rounds?: number, against: Opponent[] }} Contest
 */

// effection takes part with small n only: it takes over a second for 2,000 functions, and a round must end.
const everyone = ['promise', 'p-map', 'bluebird', 'effect', 'asyncio'];

/** Of work that takes some peer more than ten seconds; the table says so. */
const slow = { rounds: 3 };

/** @type {Contest[]} */
export const contests = [
  ...[100, 1_000, 10_000].map((n) => ({
    title: 'gather, functions without a parameter',
    work: 'functions',
    n,
    against: [...everyone, ...(n === 100 ? ['effection'] : [])].map((peer) => ({ peer })),
  })),
  {
    title: 'gather, functions without a parameter',
    work: 'functions',
    n: 100_000,
    against: [
      { peer: 'promise' },
      { peer: 'p-map', bar: 3, reach: 1.5 },
      { peer: 'bluebird' },
      { peer: 'effect', bar: 0.8, reach: 0.5 },
      { peer: 'asyncio', bar: 0.5, reach: 0.25 },
    ],
  },
  // Each call has a context of its own, and a signal where that is read: the peers know one for all, or none.
  ...[100, 1_000, 10_000, 100_000].flatMap((n) => [
    {
      title: 'gather, functions (context) =>',
      work: 'functions of a context',
      n,
      against: ['promise', 'p-map', 'effect'].map((peer) => ({ peer })),
    },
    {
      title: 'gather, functions ({ signal }) =>',
      work: 'functions of a signal',
      n,
      against: ['promise', 'p-map', 'effect'].map((peer) => ({ peer })),
    },
  ]),
  {
    title: 'gather, Observables that are there at once',
    work: 'observables',
    n: 100,
    against: [{ peer: 'rxjs', bar: 1.5, reach: 1.1 }],
  },
  {
    title: 'gather, pending Observables, first finishing first',
    work: 'gather in order',
    n: 100,
    against: [{ peer: 'rxjs', bar: 1.5, reach: 1.1 }],
  },
  {
    title: 'gather, pending Observables, first finishing first',
    work: 'gather in order',
    n: 100_000,
    ...slow,
    against: [{ peer: 'rxjs', bar: 1 / 30, reach: 1 / 60 }],
  },
  {
    title: 'gather, pending Observables, last finishing first',
    work: 'gather in reverse',
    n: 100_000,
    ...slow,
    against: [{ peer: 'rxjs', bar: 1 / 8, reach: 1 / 12 }],
  },
  {
    title: 'gather, pending Observables, against itself with 100,000',
    work: 'gather in order',
    n: 1_000_000,
    against: [{ peer: 'rx-asyncio', n: 100_000, bar: 16, reach: 11 }],
  },
  {
    title: 'asCompleted, pending Observables, first finishing first',
    work: 'asCompleted in order',
    n: 100_000,
    ...slow,
    against: [{ peer: 'rxjs' }],
  },
  {
    title: 'asCompleted, pending Observables, last finishing first',
    work: 'asCompleted in reverse',
    n: 100_000,
    ...slow,
    against: [{ peer: 'rxjs' }],
  },
  {
    title: 'asCompleted, pending Observables, against itself with 100,000',
    work: 'asCompleted in order',
    n: 1_000_000,
    against: [{ peer: 'rx-asyncio', n: 100_000, bar: 16, reach: 11 }],
  },
  {
    title: 'asCompleted, concurrency 16, async functions from a generator',
    work: 'concurrency 16',
    n: 100_000,
    against: [
      { peer: 'rxjs', bar: 0.35, reach: 0.2 },
      { peer: 'effect', bar: 1.5, reach: 1 },
      { peer: 'p-map', bar: 3, reach: 1.5 },
      { peer: 'bluebird' },
    ],
  },
  {
    title: 'createTask and await, one after another',
    work: 'tasks',
    n: 100_000,
    against: [{ peer: 'promise' }, { peer: 'effect' }, { peer: 'asyncio', bar: 1, reach: 0.5 }],
  },
  {
    title: 'wait with FIRST_COMPLETED, until all are drained',
    work: 'draining with FIRST_COMPLETED',
    n: 2_000,
    against: [{ peer: 'promise' }, { peer: 'asyncio', bar: 2, reach: 1 }],
  },
  {
    title: 'start and cancel, coroutines that heed their signal',
    work: 'cancelling',
    n: 100_000,
    against: [{ peer: 'effect' }, { peer: 'asyncio' }],
  },
  {
    title: 'memory of a pending Task',
    work: 'bytes per pending task',
    n: 100_000,
    unit: 'bytes',
    against: [{ peer: 'promise' }, { peer: 'effect' }, { peer: 'effection', n: 1_000 }, { peer: 'asyncio' }],
  },
  {
    title: 'peak heap of lazy pulling, concurrency 16, against itself with 100,000',
    work: 'peak heap of lazy pulling',
    n: 1_000_000,
    unit: 'bytes',
    against: [{ peer: 'rx-asyncio', n: 100_000, bar: 1.2, reach: 1.02 }],
  },
];
