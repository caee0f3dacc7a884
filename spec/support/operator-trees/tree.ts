import * as fc from 'fast-check';

// Trees of combinators and of RxJS's own operators, as fast-check makes them up. They are plain data: {@link Gardener} grows
// them.

/** How something ends that fails: with an Error, with a primitive, with what looks like a cancellation and is none. */
export type Failure = 'none' | 'error' | 'primitive' | 'AbortError';

/** What a coroutine throws, or returns, once it has cleaned up after its cancellation. */
export type Ending = 'reason' | 'wrapped reason' | 'AbortError' | 'value' | 'error' | 'primitive';

const leafKinds = [
  'coroutine',
  'deaf coroutine',
  'generator function',
  'async iterable',
  'observable',
  'synchronous',
  'ends while it is subscribed to',
  'never',
  'subject',
  'shared',
] as const;

const unaryKinds = [
  'switchMap',
  'mergeMap',
  'concatMap',
  'exhaustMap',
  'take',
  'takeUntil',
  'takeUntil a subject',
  'timeout',
  'retry',
  'repeat',
  'catchError',
  'share',
  'shareReplay',
  'startWith',
  'delay',
  'debounceTime',
  'finalize',
  'asyncFinalize',
  'observer literal',
  'function of an Observable',
  'function with a signal of an Observable',
  'shield',
  'waitFor',
  'withGrace',
  'semaphore.use',
  'until',
] as const;

const joiningKinds = ['race', 'concat', 'merge', 'forkJoin', 'combineLatest'] as const;

const ownKinds = [
  'gather',
  'gather a record',
  'gather lazily',
  'gatherAll',
  'outcomes',
  'asCompleted',
  'asCompleted lazily',
  'asCompletedAll',
  'completions',
  'wait',
  'waitAll',
  'taskGroup',
  'taskGroup that is cancelled',
  'facade',
  'semaphore',
  'progress',
] as const;

export interface Leaf {
  readonly kind: (typeof leafKinds)[number];
  readonly duration: number;
  readonly fails: Failure;
  /** How long it cleans up after a cancellation. */
  readonly cleanup: number;
  readonly ending: Ending;
}

export interface Branch {
  readonly kind: (typeof unaryKinds)[number] | (typeof joiningKinds)[number] | (typeof ownKinds)[number];
  readonly children: readonly Tree[];
  readonly time: number;
  readonly limit: number;
  readonly fails: Failure;
}

export type Tree = Leaf | Branch;

/** What a Subject does, all by itself. */
export interface SubjectPlan {
  readonly next: number;
  readonly end: number;
  readonly fails: boolean;
}

export type Sharing = 'task' | 'share' | 'shareReplay';

export interface Scenario {
  readonly root: Branch;
  /** What several places of the tree have in common. */
  readonly shared: readonly { readonly as: Sharing; readonly tree: Branch }[];
  readonly subjects: readonly SubjectPlan[];
  /** How the tree is run, and so what can end it early. */
  readonly run: 'task' | 'signal' | 'loop' | 'subscription';
  /** When it is ended early, in milliseconds; undefined: never, unless it would never end. */
  readonly endAt: number | undefined;
}

export function isLeaf(tree: Tree): tree is Leaf {
  return 'duration' in tree;
}

const milliseconds = (max: number) => fc.integer({ min: 0, max });
const failures = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Failure>('none') },
  { weight: 3, arbitrary: fc.constant<Failure>('error') },
  { weight: 1, arbitrary: fc.constantFrom<Failure>('primitive', 'AbortError') },
);
const endings = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Ending>('reason') },
  { weight: 3, arbitrary: fc.constant<Ending>('error') },
  { weight: 3, arbitrary: fc.constantFrom<Ending>('wrapped reason', 'AbortError', 'value', 'primitive') },
);

function branch(kind: fc.Arbitrary<Branch['kind']>, tree: fc.Arbitrary<Tree>, maxLength: number): fc.Arbitrary<Branch> {
  return fc.record<Branch>({
    kind,
    children: fc.array(tree, { minLength: 1, maxLength }),
    time: fc.constantFrom(0, 5, 15, 40),
    limit: fc.constantFrom(1, 2, Infinity),
    fails: failures,
  });
}

const leaf = fc.record<Leaf>({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Leaf['kind']>('coroutine') },
    { weight: 5, arbitrary: fc.constantFrom(...leafKinds) },
  ),
  duration: milliseconds(40),
  fails: failures,
  cleanup: milliseconds(20),
  ending: endings,
});

const { root } = fc.letrec<{ tree: Tree; root: Branch }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    { weight: 2, arbitrary: leaf },
    { weight: 3, arbitrary: branch(fc.constantFrom(...unaryKinds), tie('tree'), 1) },
    { weight: 1, arbitrary: branch(fc.constantFrom(...joiningKinds), tie('tree'), 3) },
    { weight: 2, arbitrary: tie('root') },
  ),
  root: branch(fc.constantFrom(...ownKinds), tie('tree'), 3),
}));

export const scenarios: fc.Arbitrary<Scenario> = fc.record<Scenario>({
  root,
  shared: fc.array(fc.record({ as: fc.constantFrom<Sharing>('task', 'task', 'share', 'shareReplay'), tree: root }), {
    maxLength: 2,
  }),
  subjects: fc.array(fc.record({ next: milliseconds(40), end: milliseconds(60), fails: fc.boolean() }), {
    minLength: 1,
    maxLength: 2,
  }),
  run: fc.constantFrom('task', 'task', 'signal', 'loop', 'subscription'),
  endAt: fc.option(milliseconds(100), { nil: undefined, freq: 4 }),
});
