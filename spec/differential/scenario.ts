import fc from 'fast-check';

/** One of asyncio's control structures, over Tasks that it is given or, as a group, starts. */
export interface Structure {
  readonly id: number;
  readonly kind: 'wait' | 'gather' | 'asCompleted' | 'waitFor' | 'shield' | 'taskGroup';
  /** Just one for `waitFor` and `shield`. */
  readonly of: readonly Node[];
  readonly timeout?: number | undefined;
  readonly returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION';
  readonly returnExceptions?: boolean;
  /** What a group does itself, besides its tasks. */
  readonly body?: Phase;
  /** Whether its body then awaits each of the tasks, before it returns. */
  readonly awaitsTasks?: boolean;
  /** When the owner of its Task cancels it: in milliseconds from the start of the scenario, as all times are. */
  readonly cancelAt?: number | undefined;
  /** Of the outermost: those of the Semaphore that its phases line up for. */
  readonly permits?: number;
}

/** A coroutine that sleeps, and then ends. */
export interface Phase {
  readonly id: number;
  readonly delay: number;
  readonly fails: boolean;
  /** How long it takes to clean up when it is cancelled. */
  readonly cleanup: number;
  /** What it does after that. */
  readonly whenCancelled: 'rethrow' | 'return' | 'fail';
  readonly cancelAt?: number | undefined;
  /** After how long it lines up for a permit of the Semaphore, which it needs to begin. */
  readonly linesUpAfter?: number | undefined;
}

export type Node = Structure | Phase;

export const isPhase = (node: Node): node is Phase => 'delay' in node;

/** Structures of phases, and of structures of phases, in which no two things happen at the same time by chance. */
export function scenarios(): fc.Arbitrary<Structure> {
  return nestedIn(fc.record({ ...phase, cancelAt }));
}

/**
 * As {@link scenarios}, but most of the phases line up for a permit of one Semaphore. Rule 1: what runs in its `use` is an
 * Observable, and who has unsubscribed from that wants no result.
 */
export function limitedScenarios(): fc.Arbitrary<Structure> {
  const free = fc.record({ ...phase, cancelAt });
  const whenCancelled = fc.constantFrom('rethrow', 'fail');
  const limited = fc.record({ ...phase, cancelAt, whenCancelled, linesUpAfter: time });
  const nested = nestedIn(fc.oneof({ weight: 3, arbitrary: limited }, free));
  return fc.tuple(nested, fc.integer({ min: 1, max: 3 })).map(([scenario, permits]) => ({ ...scenario, permits }));
}

function nestedIn(phases: fc.Arbitrary<Phase>): fc.Arbitrary<Structure> {
  const nested = structuresOf(fc.oneof({ weight: 2, arbitrary: phases }, structuresOf(phases)));
  return nested.filter(isSmall).map((drawn) => withTimesOfTheirOwn(withHeedfulBodies(drawn)));
}

// As drawn, a time is a digit, which says what comes before what for most of them, and no id is set.
const id = fc.constant(0);
const time = fc.nat(9);
const timeout = fc.option(time, { freq: 3, nil: undefined });
const cancelAt = fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, time);

const whenCancelled = fc.constantFrom('rethrow', 'return', 'fail');
const phase = { id, delay: time, fails: fc.boolean(), cleanup: fc.nat(5), whenCancelled };

function structuresOf(node: fc.Arbitrary<Node>): fc.Arbitrary<Structure> {
  const one = { id, of: fc.tuple(node), cancelAt };
  const some = { id, of: fc.array(node, { minLength: 1, maxLength: 3 }), cancelAt };
  const returnWhen = fc.constantFrom('ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION');
  return fc.oneof(
    fc.record({ ...some, kind: fc.constant('wait'), timeout, returnWhen }),
    fc.record({ ...some, kind: fc.constant('gather'), returnExceptions: fc.boolean() }),
    fc.record({ ...some, kind: fc.constant('asCompleted'), timeout }),
    fc.record({ ...one, kind: fc.constant('waitFor'), timeout: time }),
    fc.record({ ...one, kind: fc.constant('shield') }),
    fc.record({ ...some, kind: fc.constant('taskGroup'), body: fc.record(phase), awaitsTasks: fc.boolean() }),
  );
}

/**
 * Rule 1: unsubscribing cancels a group's tasks and its body at once. In asyncio the cancellation goes to the body alone,
 * or on to the task that it awaits; the other tasks are cancelled when the body has cleaned up, unless it swallows the
 * cancellation. So the body of a group that somebody may cancel does none of that.
 */
function withHeedfulBodies(node: Structure, mayBeCancelled = node.cancelAt !== undefined): Structure {
  const of = node.of.map((inner) => (isPhase(inner) ? inner : withHeedfulBodies(inner, true)));
  if (node.body === undefined || !mayBeCancelled) return { ...node, of };
  const whenCancelled = node.body.whenCancelled === 'fail' ? 'fail' : 'rethrow';
  return { ...node, of, body: { ...node.body, cleanup: 0, whenCancelled }, awaitsTasks: false };
}

/**
 * Numbers the nodes, and makes all times distinct, also those at which things happen in consequence: these are sums of such as
 * are drawn, and each of those has a bit of its own.
 */
function withTimesOfTheirOwn(drawn: Structure): Structure {
  const unit = 2 ** countTimes(drawn);
  let nodes = 0;
  let times = 0;
  const own = (digit: number) => digit * unit + 2 ** times++;
  return withTimes(drawn, () => nodes++, own);
}

function countTimes(drawn: Structure): number {
  let times = 0;
  withTimes(
    drawn,
    () => 0,
    () => ++times,
  );
  return times;
}

/** Whether the sum of all times can still be told from one that is a bit more. */
function isSmall(drawn: Structure): boolean {
  return countTimes(drawn) <= 44;
}

function withTimes(drawn: Structure, id: () => number, time: (digit: number) => number): Structure {
  const at = <T extends number | undefined>(digit: T) => (digit === undefined ? undefined : time(digit)) as T;
  const timedPhase = (node: Phase): Phase => ({
    ...node,
    id: id(),
    delay: at(node.delay),
    ...('linesUpAfter' in node && { linesUpAfter: at(node.linesUpAfter) }),
    // Most that clean up at all take their time.
    cleanup: node.cleanup === 0 ? 0 : at(node.cleanup - 1),
    cancelAt: at(node.cancelAt),
  });
  const timed = (node: Structure): Structure => ({
    ...node,
    id: id(),
    of: node.of.map((inner) => (isPhase(inner) ? timedPhase(inner) : timed(inner))),
    timeout: at(node.timeout),
    cancelAt: at(node.cancelAt),
    ...(node.body && { body: timedPhase(node.body) }),
  });
  return timed(drawn);
}
