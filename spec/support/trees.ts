import * as fc from 'fast-check';
import { map, toArray } from 'rxjs';
import {
  asCompleted,
  type Awaitable,
  gather,
  type Outcome,
  Progress,
  Semaphore,
  type Task,
  taskGroup,
  wait,
  waitFor,
  withGrace,
} from 'rx-asyncio';

// Trees of combinators, as fast-check makes them up.

export interface Leaf {
  readonly kind: 'coroutine' | 'observable';
  readonly duration: number;
  readonly fails: boolean;
  readonly cleanup: number;
  readonly cleanupFails: boolean;
}

export interface Branch {
  readonly kind: (typeof all)[number];
  readonly children: readonly Tree[];
  readonly concurrency: number;
  /** For those that take one. */
  readonly timeout: number;
}

export type Tree = Leaf | Branch;

/** These fail, or emit what failed at once. The others hold failures back as outcomes, which a cancellation drops. */
export const passingOn = [
  'gather',
  'asCompleted',
  'completions',
  'taskGroup',
  'waitFor',
  'withGrace',
  'semaphore',
  'progress',
] as const;
const all = [...passingOn, 'outcomes', 'wait'] as const;

export function trees({
  failures,
  kinds = all,
}: {
  failures: boolean;
  kinds?: readonly Branch['kind'][];
}): fc.Arbitrary<Branch> {
  const fails = failures ? fc.integer({ min: 0, max: 3 }).map((n) => n === 0) : fc.constant(false);
  const leaf = fc.record<Leaf>({
    kind: fc.constantFrom('coroutine', 'observable'),
    duration: fc.integer({ min: 0, max: 60 }),
    fails,
    cleanup: fc.integer({ min: 0, max: 20 }),
    cleanupFails: fails,
  });
  return fc.letrec<{ tree: Tree; branch: Branch }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('branch')),
    branch: fc.record<Branch>({
      kind: fc.constantFrom(...kinds),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      concurrency: fc.constantFrom(1, 2, Infinity),
      timeout: failures ? fc.constantFrom(15, 40, Infinity) : fc.constant(Infinity),
    }),
  })).branch;
}

/** Makes real combinators of a tree; `told` hears of each outcome that comes out as a value. */
export function grow(
  tree: Tree,
  leaf: (leaf: Leaf) => Awaitable<unknown>,
  told: (outcome: Outcome<unknown>) => void,
): Awaitable<unknown> {
  if ('duration' in tree) return leaf(tree);
  const { concurrency, timeout } = tree;
  const children = tree.children.map((child) => grow(child, leaf, told));
  const valueOf = (outcome: Outcome<unknown>): unknown => {
    told(outcome);
    return outcome.status === 'fulfilled' ? outcome.value : undefined;
  };
  switch (tree.kind) {
    case 'gather':
      return gather(children, { concurrency });
    case 'outcomes':
      return gather(children, { concurrency, returnExceptions: true }).pipe(map((outcomes) => outcomes.map(valueOf)));
    case 'asCompleted':
      return asCompleted(children, { concurrency, timeout }).pipe(toArray(), map(sorted));
    case 'completions':
      return asCompleted(children, { concurrency, timeout, returnExceptions: true }).pipe(
        map(valueOf),
        toArray(),
        map(sorted),
      );
    case 'wait':
      return wait(children, { timeout }).pipe(map(({ done }) => Array.from(done, (task) => valueOf(outcomeOf(task)))));
    case 'taskGroup':
      return taskGroup((group) => Promise.all(children.map((child) => group.createTask(child))), { concurrency });
    case 'waitFor':
      return waitFor(gather(children), timeout);
    // No cleanup takes as long.
    case 'withGrace':
      return withGrace(gather(children, { concurrency }), 1000);
    case 'semaphore': {
      const semaphore = new Semaphore(concurrency);
      return gather(children.map((child) => semaphore.use(child)));
    }
    case 'progress':
      return gather(new Progress().watch(children), { concurrency });
  }
}

/** What the leaves return, in order; what completes in an order of its own, sorted. */
export function model(tree: Tree): unknown {
  if ('duration' in tree) return tree.duration;
  const results = tree.children.map(model);
  return /asCompleted|completions/.test(tree.kind) ? sorted(results) : results;
}

function sorted(results: readonly unknown[]): unknown[] {
  return [...results].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function outcomeOf(task: Task<unknown>): Outcome<unknown> {
  if (task.status === 'fulfilled') return { status: 'fulfilled', value: task.result() };
  return { status: 'rejected', reason: task.status === 'rejected' ? task.exception() : undefined };
}
