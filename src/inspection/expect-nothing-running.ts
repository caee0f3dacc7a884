import { check } from '../arguments/check.js';
import { hasMethod } from '../awaitable/input.js';
import { look } from './look.js';
import type { Node } from './node.js';
import { print } from './print.js';

/** What a test runner has to say what is done around each test: that of Jest, Vitest, Mocha or `node:test`. */
export interface TestHooks {
  /** Calls `hook` before each test. */
  beforeEach(hook: () => void): unknown;
  /** Calls `hook` after each test, which fails when that rejects. */
  afterEach(hook: () => Promise<void>): unknown;
}

const globals = globalThis as unknown as TestHooks;

/** So many microtasks has what is just ending. */
const turns = 20;

/**
 * Fails each test that leaves a Task or a combinator running, with an Error that names it and shows its tree. Call it once, at
 * the top of a file of tests or in a setup file.
 *
 * ```js poll.test.js
 * import { createTask } from 'rx-asyncio';
 * import { expectNothingRunning } from 'rx-asyncio/inspect';
 *
 * expectNothingRunning();
 *
 * const poll = async ({ signal }) => {
 *   while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
 * };
 *
 * it('polls, and leaves it running', () => {
 *   createTask(poll, { name: 'leaked' });
 * });
 * // The test has left running: leaked
 * // leaked  Task  running  0 ms
 *
 * it('polls, until it has seen enough', async () => {
 *   await using task = createTask(poll, { name: 'polling' });
 *   expect(task.done).toBe(false);
 * });
 * ```
 *
 * What was there before the test, of a `beforeAll` say, may stay, and so may what runs on its behalf. What is just ending has a
 * few microtasks to do so, but no more: a test awaits what it has cancelled, or `afterEach` does so. Hooks of a `describe` come
 * before those of its file. Within one level Jest calls `afterEach` in the order of the file, so call this below those that clean up;
 * Vitest calls the last first, so call it above them.
 *
 * It cannot tell apart tests that run at the same time. asyncio: a test that asks `asyncio.all_tasks()` at its end.
 *
 * @param hooks `beforeEach` and `afterEach`, for test runners that have them not as globals; those globals by default
 * @throws TypeError where there are none; in `afterEach` an Error for what a test has left
 */
export function expectNothingRunning(hooks = globals): void {
  const valid = hasMethod(hooks, 'beforeEach') && hasMethod(hooks, 'afterEach');
  const given = hooks === globals ? undefined : hooks;
  const expected = 'the { beforeEach, afterEach } of the test runner where they are no globals';
  check(valid, 'expectNothingRunning', 'hooks', expected, given);

  // Not only from each test on: that a Task of beforeAll is older than a test would not be known.
  const { root } = look().inspector;
  let before: ReadonlySet<Node>;
  hooks.beforeEach(() => {
    before = new Set(withAllBelow(root.children));
  });
  hooks.afterEach(async () => {
    const left = () => root.children.filter((node) => !before.has(node));
    for (let turn = 0; turn < turns && left().length > 0; turn++) await Promise.resolve();
    const nodes = left();
    if (nodes.length === 0) return;
    throw new Error(`The test has left running: ${nodes.map(({ name }) => name).join(', ')}\n${print(nodes)}`);
  });
}

function withAllBelow(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...withAllBelow(node.children)]);
}
