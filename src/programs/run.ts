import { constants } from 'node:os';
import { checkDuration, checkOptions } from '../arguments/check.js';
import { checkMain, checkSignals } from '../arguments/main.js';
import type { CandidateFunction } from '../awaitable/inference.js';
import type { Input } from '../awaitable/input.js';
import { coroutineOf, type MainContext, type MainInput, type MainResult, type ValidMain } from './main.js';
import { Program } from './program.js';
import type { Signal } from './signals.js';
import { Watch } from './watch.js';

/** What {@link run} takes besides main. */
export interface RunOptions {
  /** What cancels main: SIGINT, which Ctrl-C sends, and SIGTERM by default. A second one ends the process at once. */
  readonly signals?: readonly Signal[] | undefined;
  /**
   * Milliseconds that the cleanup may take, from the cancellation on, and from the end of main: then the process ends, and says
   * what it left. No limit by default.
   */
  readonly grace?: number | undefined;
  /**
   * Whether the first signal only asks to take on nothing more, by `draining` of the {@link MainContext}; the second cancels,
   * the third ends the process. `false` by default.
   */
  readonly drain?: boolean | undefined;
  /**
   * Whether to look at what runs, as `inspectTasks` of `rx-asyncio/inspect` does: SIGUSR2 prints the tree to stderr, and SIGINFO
   * does, which Ctrl-T sends, where there is one; and so does whatever tells that something is still pending. `false` by default.
   */
  readonly inspect?: boolean | undefined;
}

/**
 * Runs a whole program. The first SIGINT or SIGTERM cancels main, whose cleanup is waited for; a second one ends the process at
 * once. The same signal twice within half a second counts once, since npm passes on what the terminal has sent already.
 *
 * When main has ended, however that was, the Tasks that it has left running are cancelled and waited for: those of
 * `createTask`, and what is shielded. Then the process ends by itself, with exit code 0; after a signal with 130 (SIGINT)
 * or 143 (SIGTERM), but 0 when it was drained; with 1 when main has failed; with 13 when main waits for what can never come. A
 * `process.exitCode` that the program has set wins.
 *
 * What the promise rejects with where nobody asks for it is printed, and ends the process; but a CancelledError that a signal
 * has brought is not printed, wherever it goes. `run` within `run` is a part of the program.
 *
 * ```ts
 * import { setTimeout as sleep } from 'node:timers/promises';
 *
 * const main = async ({ signal }: MainContext) => {
 *   try {
 *     return await sleep(10, 'done', { signal });
 *   } finally {
 *     await sleep(10);
 *     console.log('cleaned up');
 *   }
 * };
 * console.log(await run(main, { grace: 5000 }));
 * // cleaned up
 * // done
 * ```
 *
 * asyncio: `asyncio.run()`, which knows SIGINT only, and whose cleanup a second Ctrl-C interrupts.
 *
 * @param main a function, which is given the {@link MainContext}; or an Observable, such as a `taskGroup`
 * @param options `signals` (SIGINT and SIGTERM by default), `grace` (milliseconds, no limit by default), `drain`, `inspect`
 * @returns main's result: of an Observable the last value, `undefined` where there is none
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with main's failure, with that of a
 * cleanup, or after a signal with CancelledError
 */
export function run<M extends CandidateFunction<MainContext> | MainInput>(
  main: M & ValidMain<M>,
  options: RunOptions = {},
): Promise<MainResult<M>> {
  checkMain('run', main);
  checkOptions('run', options, ['signals', 'grace', 'drain', 'inspect']);
  const { signals = ['SIGINT', 'SIGTERM'], grace = Infinity, drain = false, inspect = false } = options;
  checkSignals('run', signals, Object.keys(constants.signals));
  checkDuration('run', 'grace', grace);
  const given = main as MainInput | ((context: MainContext) => Input<unknown>);
  const watch = new Watch<MainResult<M>>({ signals, grace, drain, inspect }, (watcher) => {
    return new Program((draining) => coroutineOf(given, draining), watcher);
  });
  return watch.promise;
}
