import { catchError, from, map, type Observable, type OperatorFunction, throwError } from 'rxjs';
import {
  asCompleted,
  type AsCompletedOptions,
  asCompletedAll,
  type Awaitable,
  type AwaitableList,
  CancelledError,
  gather,
  gatherAll,
  type Outcome,
  type ReturnWhen,
  shield,
  taskGroup,
  type Timeout,
  wait,
  waitAll,
  waitFor,
  type WaitResult,
} from 'rx-asyncio';
import { emptyError, timeoutError } from './rxjs-errors';

// The structures, as the laws are run against them.

/** How awaitables end, in their order: by a marble that is the result too, or by a marble and its outcome. */
export type Ends = readonly (string | readonly [marble: string, outcome: Outcome<unknown>])[];

/** For `toBe`: the marbles, and what they stand for. */
export type Shown = [marbles: string, values: Record<string, unknown>];

export interface Structure {
  readonly name: string;
  /** Runs awaitables, and emits what can be seen of their results. */
  readonly run: (awaitables: readonly Awaitable<unknown>[], options?: Options) => Observable<unknown>;
  /**
   * What is to be expected of it: the diagram in which each result comes as it is there, or that in which all come together,
   * as `r`. Where those are the same, one is enough.
   */
  readonly shows: (ends: Ends, each: string, all?: string) => Shown;
}

/** What a structure is asked to take, where it takes it. */
export interface Options {
  readonly concurrency?: number | undefined;
  readonly timeout?: Timeout | undefined;
  readonly returnWhen?: ReturnWhen | undefined;
}

export const fulfilled = (value: unknown): Outcome<unknown> => ({ status: 'fulfilled', value });
export const rejected = (reason: unknown): Outcome<unknown> => ({ status: 'rejected', reason });

/** Of a list, or an iterable of any kind. */
export interface ListStructure extends Structure {
  readonly run: (awaitables: AwaitableList, options?: Options) => Observable<unknown>;
}

/** The pipeable forms. */
export interface PipeableStructure extends Structure {
  readonly operator: (options?: Options) => OperatorFunction<Awaitable<unknown>, unknown>;
}

/** Those that a timeout ends. */
export interface TimedStructure extends Structure {
  /** As `shows`, where the timeout has run out by then, with so many pending; and the error that it then ends with. */
  readonly expires: (
    timeout: Timeout,
    ends: Ends,
    pending: number,
    each: string,
    all: string,
  ) => [...Shown, error?: unknown];
}

const gatherList: ListStructure = {
  name: 'gather',
  run: (list, options) => gather(list, options),
  shows: together(valuesOf),
};

/** Which pulls the list lazily, though there is room for all. */
const gatherLazily: ListStructure = {
  name: 'gather with concurrency',
  run: (list, options) => gather(list, { concurrency: 100, ...options }),
  shows: together(valuesOf),
};

const gatherRecord: Structure = {
  name: 'gather of a record',
  run: (list, options) => gather(recordOf(list), options),
  shows: together((outcomes) => recordOf(valuesOf(outcomes))),
};

const gatherPipe = pipeable('gatherAll', gatherAll, together(valuesOf));

const asCompletedList: ListStructure & TimedStructure = {
  name: 'asCompleted',
  run: (list, options) => asCompleted(list, options),
  ...oneByOne('asCompleted', valueOf),
};

const asCompletedLazily: ListStructure & TimedStructure = {
  name: 'asCompleted with concurrency',
  run: (list, options) => asCompleted(list, { concurrency: 100, ...options }),
  ...oneByOne('asCompleted', valueOf),
};

const asCompletedRecord: TimedStructure = {
  name: 'asCompleted of a record',
  run: (list, options) => asCompleted(recordOf(list), options),
  ...oneByOne('asCompleted', valueOf),
};

const asCompletedPipe: PipeableStructure & TimedStructure = {
  ...pipeable('asCompletedAll', asCompletedAll, oneByOne('asCompletedAll', valueOf).shows),
  ...oneByOne('asCompletedAll', valueOf),
};

const waitList: ListStructure & TimedStructure = {
  name: 'wait',
  run: (list, options) => wait(list, options).pipe(seen),
  ...waited(),
};

const waitPipe: PipeableStructure & TimedStructure = {
  ...pipeable('waitAll', (options) => (source) => source.pipe(waitAll(options), seen), waited().shows),
  ...waited(),
};

/** A group whose body creates the tasks and gathers them. */
const group: Structure = {
  name: 'taskGroup',
  run: (list, options) =>
    firstOfGroup(
      taskGroup(
        (group) =>
          gather(list.map((awaitable, index) => group.createTask(awaitable, { name: placeOf('taskGroup', index) }))),
        options,
      ),
    ),
  shows: together(valuesOf),
};

export const waitForOne: TimedStructure = {
  name: 'waitFor',
  run: ofOne((awaitable, options) => waitFor(awaitable, 'timeout' in options ? options.timeout : 1000)),
  ...oneByOne('waitFor: the awaitable', valueOf),
};

const shieldOne: Structure = {
  name: 'shield',
  run: ofOne((awaitable) => shield(awaitable)),
  shows: oneByOne('shield', valueOf).shows,
};

const groupOfOne: Structure = {
  name: 'taskGroup, as its body',
  run: ofOne((awaitable) => firstOfGroup(taskGroup(typeof awaitable === 'function' ? awaitable : () => awaitable))),
  shows: oneByOne('taskGroup,', valueOf).shows,
};

const gatherOutcomes: Structure[] = [
  {
    name: 'gather with returnExceptions',
    run: (list, options) => gather(list, { ...options, returnExceptions: true }),
    shows: together((outcomes) => outcomes),
  },
  {
    name: 'gather of a record with returnExceptions',
    run: (list, options) => gather(recordOf(list), { ...options, returnExceptions: true }),
    shows: together((outcomes) => recordOf(outcomes)),
  },
  pipeable(
    'gatherAll with returnExceptions',
    (options) => gatherAll({ ...options, returnExceptions: true }),
    together((outcomes) => outcomes),
  ),
];

const asCompletedOutcomes: TimedStructure[] = [
  {
    name: 'asCompleted with returnExceptions',
    run: (list, options) => asCompleted(list, { ...options, returnExceptions: true }),
    ...oneByOne('asCompleted', (outcome, key) => ({ ...outcome, key })),
  },
  {
    name: 'asCompleted of a record with returnExceptions',
    run: (list, options) => asCompleted(recordOf(list), { ...options, returnExceptions: true }),
    ...oneByOne('asCompleted', (outcome, index) => ({ ...outcome, key: keyOf(index) })),
  },
  {
    ...pipeable(
      'asCompletedAll with returnExceptions',
      (options?: AsCompletedOptions<true>) => asCompletedAll({ ...options, returnExceptions: true }),
      oneByOne('asCompletedAll', (outcome, key) => ({ ...outcome, key })).shows,
    ),
    ...oneByOne('asCompletedAll', (outcome, key) => ({ ...outcome, key })),
  },
];

const gathers: readonly Structure[] = [gatherList, gatherLazily, gatherRecord, gatherPipe];
const asCompleteds: readonly TimedStructure[] = [
  asCompletedList,
  asCompletedLazily,
  asCompletedRecord,
  asCompletedPipe,
];
const waits: readonly TimedStructure[] = [waitList, waitPipe];

/** Those that fail with the first failure. */
export const failing: readonly Structure[] = [...gathers, ...asCompleteds, group];

/** Those in which a failure is one end among others. */
export const lasting: readonly Structure[] = [...gatherOutcomes, ...asCompletedOutcomes, ...waits];

/** Those that run any number of awaitables, and give the results of those that have one. */
export const structures: readonly Structure[] = [...failing, ...waits];

/** Those that give an outcome in place of each result. */
export const withOutcomes: readonly Structure[] = [...gatherOutcomes, ...asCompletedOutcomes];

/** Those that run one. */
export const ofOneAwaitable: readonly Structure[] = [waitForOne, shieldOne, groupOfOne];

/** Those that take a list, and iterables of any kind in its place. */
export const lists: readonly ListStructure[] = [gatherList, gatherLazily, asCompletedList, asCompletedLazily, waitList];

/** Those of them that hold all of it. */
export const eager: readonly ListStructure[] = [gatherList, asCompletedList, waitList];

/** Those of them that pull it lazily with `concurrency`. */
export const lazily: readonly ListStructure[] = [gatherList, asCompletedList];

/** Those that take what a source emits. */
export const pipeables: readonly PipeableStructure[] = [gatherPipe, asCompletedPipe, waitPipe];

/** Those that take a limit of how many run at a time, but for those that give outcomes. */
export const limited: readonly Structure[] = [
  gatherList,
  gatherRecord,
  gatherPipe,
  asCompletedList,
  asCompletedRecord,
  asCompletedPipe,
  group,
];

/** Those that run any number of awaitables, and take a timeout. */
export const timed: readonly TimedStructure[] = [...asCompleteds, ...asCompletedOutcomes, ...waits];

/** Those that fail when it runs out. */
export const timingOut: readonly TimedStructure[] = [...asCompleteds, ...asCompletedOutcomes, waitForOne];

/** Those that take a timeout and a limit of how many run at a time. */
export const timedAndLimited: readonly TimedStructure[] = [
  asCompletedList,
  asCompletedRecord,
  asCompletedPipe,
  ...asCompletedOutcomes,
];

/** Those that take a timeout and what a source emits. */
export const timedPipeables: readonly (PipeableStructure & TimedStructure)[] = [asCompletedPipe, waitPipe];

/** Those that cancel Tasks when they are unsubscribed from, and those that let them run on. */
export const cancellingTasks: readonly Structure[] = [...gathers, ...gatherOutcomes];
export const sharingTasks: readonly Structure[] = [...timed, group];

/** What can be seen of the Tasks when the result is emitted: the value or the status of each. */
export const seen = map(({ done, pending }: WaitResult<unknown>) => ({
  done: [...done].map((task) => (task.status === 'fulfilled' ? task.result() : task.status)),
  pending: [...pending].map((task) => task.status),
}));

/** What it emits, one after the other, of awaitables that end in their order. */
export function emissions({ shows }: Structure, ends: Ends): unknown[] {
  const [diagram, values] = shows(ends, 'each', 'all');
  return diagram === 'all' ? [values['r']] : ends.map((end) => values[marbleOf(end)]);
}

/** How the place of an awaitable is called in messages. */
export function placeOf(name: string, index: number): string {
  const [combinator = ''] = name.split(' ');
  return `${combinator}: awaitables${name.includes('of a record') ? `.${keyOf(index)}` : `[${index}]`}`;
}

/** What it fails with because of an Observable that has no value. */
export function emptyAt({ name }: Structure, index: number): unknown {
  return emptyError(`${placeOf(name, index)} completed without a value`);
}

function pipeable(
  name: string,
  operator: (options?: Options) => OperatorFunction<Awaitable<unknown>, unknown>,
  shows: Structure['shows'],
): PipeableStructure {
  return { name, operator, run: (list, options) => from(list).pipe(operator(options)), shows };
}

function ofOne(run: (awaitable: Awaitable<unknown>, options: Options) => Observable<unknown>): Structure['run'] {
  return ([awaitable, ...others], options = {}) => {
    if (awaitable === undefined || others.length > 0) throw new Error('it takes one awaitable');
    return run(awaitable, options);
  };
}

/** A group with what has failed first in place of the AggregateError. */
function firstOfGroup(group: Observable<unknown>): Observable<unknown> {
  return group.pipe(
    catchError((error: unknown) =>
      throwError(() => (error instanceof AggregateError ? (error.errors[0] as unknown) : error)),
    ),
  );
}

function together(look: (outcomes: readonly Outcome<unknown>[]) => unknown): Structure['shows'] {
  return (ends, each, all = each) => {
    const r = look(ends.map(outcomeOf));
    return [all, Object.fromEntries([...ends.map((end) => [marbleOf(end), r]), ['r', r]]) as Record<string, unknown>];
  };
}

function oneByOne(
  what: string,
  look: (outcome: Outcome<unknown>, index: number) => unknown,
): Omit<TimedStructure, 'name' | 'run'> {
  const shows = (ends: Ends, each: string): Shown => [
    each,
    Object.fromEntries(ends.map((end, index) => [marbleOf(end), look(outcomeOf(end), index)])),
  ];
  const expires: TimedStructure['expires'] = (timeout, ends, _pending, each) => {
    const when =
      typeof timeout === 'number' ? ` after ${timeout} ms`
      : timeout instanceof Date ? ` at ${timeout.toISOString()}`
      : '';
    return [...shows(ends, each), timeoutError(`${what} timed out${when}`)];
  };
  return { shows, expires };
}

function waited(): Omit<TimedStructure, 'name' | 'run'> {
  const look = (pending: number) => (outcomes: readonly Outcome<unknown>[]) => ({
    done: outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value
      : outcome.reason instanceof CancelledError ? 'cancelled'
      : 'rejected',
    ),
    pending: Array<string>(pending).fill('pending'),
  });
  return {
    shows: together(look(0)),
    expires: (_timeout, ends, pending, each, all) => together(look(pending))(ends, each, all),
  };
}

function marbleOf(end: Ends[number]): string {
  return typeof end === 'string' ? end : end[0];
}

function outcomeOf(end: Ends[number]): Outcome<unknown> {
  return typeof end === 'string' ? fulfilled(end) : end[1];
}

function valueOf(outcome: Outcome<unknown>): unknown {
  if (outcome.status === 'rejected') throw new Error('it has no result');
  return outcome.value;
}

function valuesOf(outcomes: readonly Outcome<unknown>[]): unknown[] {
  return outcomes.map(valueOf);
}

/** The name that the record gives to what a list has at an index. */
function keyOf(index: number): string {
  return `name${index}`;
}

function recordOf<T>(list: readonly T[]): Record<string, T> {
  return Object.fromEntries(list.map((item, index) => [keyOf(index), item]));
}
