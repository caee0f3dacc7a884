import { createTask } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { unhandledRejections } from '../unhandled-rejections';
import { inVirtualTime } from '../virtual-time';
import { Account, isCancelling } from './account';
import { Gardener } from './grow';
import type { Scenario } from './tree';

/** Runs a tree in virtual time, and gives what contradicts the rules: nothing, that is. */
export async function faultsOf(scenario: Scenario): Promise<string[]> {
  const account = new Account();
  let running!: Running;
  const { error } = console;
  console.error = (failure: unknown) => {
    // Not what Node has to say about rejections that were handled later.
    if (!String(failure).includes('PromiseRejectionHandledWarning')) account.found.push(failure);
  };
  try {
    const reported = await unhandledRejections(async () => {
      await inVirtualTime(
        () => {
          running = new Running(scenario, account);
        },
        // Where RxJS has nobody to tell, it throws on a timer.
        (thrown) => account.found.push(thrown),
      );
      const { endAt } = scenario;
      // What never ends by itself is ended now.
      if (!running.ended && endAt === undefined) await inVirtualTime(running.end);
      await inVirtualTime(() => {
        for (const task of running.gardener.tasks) task.cancel();
      });
    });
    return running.faults(reported);
  } finally {
    console.error = error;
  }
}

class Running {
  readonly gardener: Gardener;
  /** Whether it has told its end. */
  ended = false;
  /** Ends it early. */
  readonly end: () => void;
  readonly #scenario: Scenario;

  constructor(scenario: Scenario, account: Account) {
    this.#scenario = scenario;
    this.gardener = new Gardener(scenario, account);
    this.end = this.#start();
    if (scenario.endAt !== undefined) setTimeout(this.end, scenario.endAt);
  }

  faults(reported: readonly unknown[]): string[] {
    const { account, tasks } = this.gardener;
    account.found.push(...reported);
    const faults = [...account.faults, ...account.lost()];
    if (!this.ended && this.#scenario.run !== 'subscription') faults.push('it hangs');
    for (const task of tasks) if (!task.done) faults.push(`${task.name} hangs`);
    for (const what of this.gardener.running) faults.push(`${what} runs for ever`);
    for (const error of reported) {
      if (promises.isCancellation(error) && !account.isFailure(error)) {
        faults.push(`a cancellation was reported: ${String(error)}`);
      }
    }
    if (isCancelling()) faults.push('a collector was left behind');
    return faults;
  }

  #start(): () => void {
    const root = this.gardener.root(this.#scenario.root);
    const failed = (error: unknown) => {
      this.gardener.account.found.push(error);
      this.#over();
    };
    const over = () => {
      this.#over();
    };
    switch (this.#scenario.run) {
      case 'task': {
        const task = createTask(root);
        task.subscribe({ error: failed, complete: over });
        return () => task.cancel();
      }
      case 'signal': {
        const controller = new AbortController();
        promises.gather([root], controller).then(over, failed);
        return () => {
          controller.abort(Object.assign(new Error('stop'), { name: 'Stopped' }));
        };
      }
      case 'loop': {
        const loop = promises.asCompleted([root]);
        const read = async () => {
          while ((await loop.next()).done !== true);
        };
        read().then(over, failed);
        return () => {
          loop.return?.().catch(failed);
        };
      }
      default: {
        const subscription = root.subscribe({ error: failed, complete: over });
        return () => {
          subscription.unsubscribe();
        };
      }
    }
  }

  #over(): void {
    this.ended = true;
    this.gardener.account.checkGone(this.gardener.account.root, 'whole');
  }
}
