// A program of a user for Node, Bun or Deno alone: the package checks compile it, and run it.
import { type MainContext, run } from 'rx-asyncio/node';
import { of } from 'rxjs';

const main = ({ signal, draining }: MainContext): Promise<number> =>
  Promise.resolve(Number(signal.aborted) + Number(draining.aborted));

// Each would be an error if a declaration could not be resolved, and had become `any`.
// @ts-expect-error a number is no main
export const noMain = (): Promise<unknown> => run(5);
// @ts-expect-error a signal is called SIG…
export const noSignal = (): Promise<number> => run(main, { signals: ['INT'] });

const code: Promise<number> = run(main, { grace: 1000 });
const last: Promise<string | undefined> = run(of('ran'));
void Promise.all([last, code]).then(([said, aborted]) => {
  console.log(`${said ?? 'nothing'} with exit code ${aborted}`);
});
