/**
 * What rx-asyncio is measured against. `bar` and `reach` are ratios, ours by theirs: what it must not exceed, and what it
 * should come down to. Without a bar the figure is for information. `n` and `work` are those of the contest by default. What
 * is `asked` stands in the README of the package; a `note` says why a bar is missed.
 *
 * @typedef {{ peer: string, n?: number, work?: string, bar?: number, reach?: number, asked?: boolean, note?: string }} Opponent
 * @typedef {{ title: string, work: string, n: number, unit?: 'ms' | 'bytes', rounds?: number, against: Opponent[] }} Contest
 */

/** Of work that takes some peer more than ten seconds; the table says so. */
const slow = { rounds: 3 };

/**
 * For information.
 *
 * @param {string[]} peers
 * @returns {Opponent[]}
 */
function shown(...peers) {
  return peers.map((peer) => ({ peer }));
}

const sizes = [100, 1_000, 10_000, 100_000];
const toAll = {
  bar: 2.5,
  reach: 2,
  note:
    'no hot spot: a fifth of the profile is garbage collection, of the object, the context and the two listeners of each call, ' +
    'and the rest is spread over the steps that start a call and hear of its end, none of them above 9 %',
};
const twoThirdsGarbage =
  'two thirds of the profile are garbage collection, since all calls are pending at once and each has an object, a context and two ' +
  'listeners; of our own steps none is above 3 %';
const itsSignals =
  'of the profile two thirds are garbage collection and a fifth is Node making the AbortSignals, which those by hand have as well; of our ' +
  'own steps none is above 1 %';
const subscribing =
  'rxjs takes quadratic time, but it is the subscribing that sets the floor: by hand, with nothing around it, that takes as long as ours';

/**
 * What those functions are held to that do not read their signal, whether they declare a parameter or not.
 *
 * @param {number} n
 * @returns {Opponent[]}
 */
function signalUnread(n) {
  if (n === 100) return [{ peer: 'promise', ...toAll }, ...shown('p-map', 'effect')];
  if (n === 1_000) return [{ peer: 'promise', ...toAll, asked: true }, ...shown('p-map', 'effect')];
  if (n === 10_000) return shown('promise', 'p-map', 'effect');
  return [
    ...shown('promise'),
    { peer: 'p-map', bar: 1.3, reach: 1, asked: true, note: twoThirdsGarbage },
    { peer: 'effect', bar: 0.4, reach: 0.3, asked: true },
  ];
}

// The context of each call is its own, and so is its signal where that is read; the peers have one for all, or none.
/** @type {Contest[]} */
const functions = sizes.flatMap((n) => [
  {
    title: 'gather, functions without a parameter',
    work: 'functions',
    n,
    against: [
      ...shown('by-hand'),
      ...signalUnread(n),
      ...shown('bluebird'),
      { peer: 'asyncio', ...(n === 100_000 && { bar: 0.5, reach: 0.25 }) },
      // It takes more than a second for 2,000, and a round must end.
      ...(n === 100 ? shown('effection') : []),
    ],
  },
  {
    title: 'gather, functions (context) =>',
    work: 'functions of a context',
    n,
    against: [...shown('by-hand'), ...signalUnread(n).map((opponent) => ({ ...opponent, asked: false }))],
  },
  {
    title: 'gather, functions ({ signal }) =>',
    work: 'functions of a signal',
    n,
    against: [
      n === 100_000 ? { peer: 'by-hand', bar: 1.3, reach: 1.1, asked: true, note: itsSignals } : { peer: 'by-hand' },
      n === 100_000 ? { peer: 'effect', bar: 0.75, reach: 0.65, asked: true } : { peer: 'effect' },
      ...shown('promise', 'p-map'),
    ],
  },
]);

/** @type {Contest[]} */
const observables = [
  {
    title: 'gather, Observables that are there at once',
    work: 'observables',
    n: 100,
    against: [
      ...shown('by-hand'),
      {
        peer: 'rxjs',
        bar: 1.1,
        reach: 1,
        note: 'from run to run it is 0.8 to 1.4, as the compiler has it: ours takes 13 to 15 µs, forkJoin 11 to 19',
      },
    ],
  },
  {
    title: 'gather, pending Observables, first finishing first',
    work: 'gather in order',
    n: 100,
    against: [...shown('by-hand'), { peer: 'rxjs', bar: 1.5, reach: 1.1 }],
  },
  {
    title: 'gather, pending Observables, first finishing first',
    work: 'gather in order',
    n: 100_000,
    ...slow,
    against: [...shown('by-hand'), { peer: 'rxjs', bar: 1 / 30, reach: 1 / 60, asked: true, note: subscribing }],
  },
  {
    title: 'gather, pending Observables, last finishing first',
    work: 'gather in reverse',
    n: 100_000,
    ...slow,
    against: [...shown('by-hand'), { peer: 'rxjs', bar: 1 / 8, reach: 1 / 12, note: subscribing }],
  },
  {
    title: 'gather, pending Observables, against itself with 100,000',
    work: 'gather in order',
    n: 1_000_000,
    against: [{ peer: 'rx-asyncio', n: 100_000, bar: 12, reach: 10.5 }],
  },
  {
    title: 'asCompleted, pending Observables, first finishing first',
    work: 'asCompleted in order',
    n: 100_000,
    ...slow,
    against: [...shown('by-hand'), { peer: 'rxjs', bar: 1 / 25, reach: 1 / 40, note: subscribing }],
  },
  {
    title: 'asCompleted, pending Observables, last finishing first',
    work: 'asCompleted in reverse',
    n: 100_000,
    ...slow,
    against: [...shown('by-hand'), { peer: 'rxjs', bar: 1 / 8, reach: 1 / 12, note: subscribing }],
  },
  {
    title: 'asCompleted, pending Observables, first finishing first, against our own gather',
    work: 'asCompleted in order',
    n: 100_000,
    against: [{ peer: 'rx-asyncio', work: 'gather in order', bar: 1.6, reach: 1.2 }],
  },
  {
    title: 'asCompleted, pending Observables, last finishing first, against our own gather',
    work: 'asCompleted in reverse',
    n: 100_000,
    against: [{ peer: 'rx-asyncio', work: 'gather in reverse', bar: 1.6, reach: 1.2 }],
  },
  {
    title: 'asCompleted, pending Observables, against itself with 100,000',
    work: 'asCompleted in order',
    n: 1_000_000,
    against: [{ peer: 'rx-asyncio', n: 100_000, bar: 12, reach: 10.5 }],
  },
];

/** @type {Contest[]} */
const limits = [
  {
    title: 'asCompleted, concurrency 16, async functions from a generator',
    work: 'concurrency 16',
    n: 100_000,
    against: [
      ...shown('by-hand'),
      { peer: 'rxjs', bar: 0.35, reach: 0.2, asked: true },
      { peer: 'effect', bar: 1.5, reach: 1 },
      { peer: 'p-map', bar: 3, reach: 1.5, asked: true },
      ...shown('bluebird'),
    ],
  },
  {
    title: 'asCompleted, concurrency 1, Observables that are there at once',
    work: 'sync sources, concurrency 1',
    n: 100_000,
    against: [{ peer: 'rxjs', bar: 1.3, reach: 1 }],
  },
  {
    title: 'asCompletedAll, concurrency 16, a stream of async functions',
    work: 'stream, concurrency 16',
    n: 100_000,
    ...slow,
    against: shown('by-hand', 'rxjs'),
  },
  {
    title: 'a limit of 16, async functions',
    work: 'limit of 16',
    n: 10_000,
    against: shown('by-hand', 'p-limit', 'effect', 'asyncio'),
  },
  {
    title: 'a limit of 16, async functions',
    work: 'limit of 16',
    n: 100_000,
    // Without effect, which takes n² steps for n that wait: 25 seconds.
    against: [...shown('by-hand'), { peer: 'p-limit', asked: true }, ...shown('asyncio')],
  },
  {
    title: 'a Semaphore of 16 permits, async functions',
    work: 'Semaphore of 16',
    n: 10_000,
    against: ['by-hand', 'p-limit', 'effect', 'asyncio'].map((peer) => ({ peer, work: 'limit of 16' })),
  },
  {
    title: 'a Semaphore of 16 permits, async functions',
    work: 'Semaphore of 16',
    n: 100_000,
    against: ['by-hand', 'p-limit', 'asyncio'].map((peer) => ({ peer, work: 'limit of 16' })),
  },
];

/** @type {Contest[]} */
const tasks = [
  {
    title: 'createTask and await, one after another',
    work: 'tasks',
    n: 100_000,
    against: [...shown('by-hand', 'promise', 'effect'), { peer: 'asyncio', bar: 1, reach: 0.5 }],
  },
  {
    title: 'wait with FIRST_COMPLETED, until all are drained',
    work: 'draining with FIRST_COMPLETED',
    n: 2_000,
    against: [...shown('by-hand', 'promise'), { peer: 'asyncio', bar: 0.7, reach: 0.4, asked: true }],
  },
];

/** @type {Contest[]} */
const cancelling = [
  {
    title: 'start and cancel, functions that read their signal and heed it',
    work: 'cancelling',
    n: 100_000,
    against: [
      { peer: 'by-hand', bar: 1.4, reach: 1.2 },
      ...shown('effect'),
      { peer: 'asyncio', bar: 0.85, reach: 0.75, asked: true },
    ],
  },
  {
    title: 'start and cancel, functions that read no signal, against those that do',
    work: 'cancelling what reads no signal',
    n: 100_000,
    against: [{ peer: 'rx-asyncio', work: 'cancelling' }],
  },
  {
    title: 'abort a signal that pending calls share, until all have heard',
    work: 'waking',
    n: 1_000,
    against: shown('by-hand', 'p-map', 'effect'),
  },
];

/** @type {Contest[]} */
const memory = [
  {
    title: 'memory of a pending Task',
    work: 'bytes per pending task',
    n: 100_000,
    against: [
      ...shown('by-hand', 'promise'),
      { peer: 'effect', bar: 1.4, reach: 1, asked: true },
      { peer: 'effection', n: 1_000 },
      ...shown('asyncio'),
    ],
  },
  {
    title: 'memory of a pending gather, by function',
    work: 'bytes per pending function',
    n: 100_000,
    against: shown('by-hand', 'promise', 'p-map', 'effect', 'asyncio'),
  },
  {
    title: 'memory of a pending gather, by function ({ signal }) =>',
    work: 'bytes per pending function of a signal',
    n: 100_000,
    against: shown('by-hand', 'effect'),
  },
  {
    title: 'memory of what waits in asCompletedAll for its turn',
    work: 'bytes per waiting item',
    n: 100_000,
    against: shown('by-hand', 'rxjs'),
  },
  {
    title: 'memory of a call that waits for a limit',
    work: 'bytes per waiting call',
    n: 100_000,
    against: shown('by-hand', 'p-limit', 'effect'),
  },
  {
    title: 'memory of a call that waits for a Semaphore',
    work: 'bytes per call waiting for a permit',
    n: 100_000,
    against: ['by-hand', 'p-limit', 'effect'].map((peer) => ({ peer, work: 'bytes per waiting call' })),
  },
  {
    title: 'peak heap of lazy pulling, concurrency 16',
    work: 'peak heap of lazy pulling',
    n: 1_000_000,
    against: shown('by-hand'),
  },
  {
    title: 'peak heap of lazy pulling, concurrency 16, against itself with 100,000',
    work: 'peak heap of lazy pulling',
    n: 1_000_000,
    against: [{ peer: 'rx-asyncio', n: 100_000, bar: 1.2, reach: 1 }],
  },
];

/** @type {Record<string, Contest[]>} */
const sections = {
  Functions: functions,
  Observables: observables,
  Limits: limits,
  Tasks: tasks,
  Cancelling: cancelling,
  Memory: memory.map((contest) => ({ ...contest, unit: 'bytes' })),
};

export const contests = Object.entries(sections).flatMap(([section, contests]) =>
  contests.map((contest) => ({ ...contest, section })),
);
