import { createTask, gather } from 'rx-asyncio';
import { NEVER } from 'rxjs';

/** Tests of which those whose names say so leave something running, for `npm run test:vitest` to look at how they end. */
export function leaveRunning({ afterEach, describe, it }) {
  it('leaves a Task', () => {
    createTask(NEVER, { name: 'leaked' });
  });

  it('leaves a gather', () => {
    gather({ page: NEVER }).subscribe();
  });

  it('passes: all has ended', async () => {
    const task = createTask(({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)));
    task.cancel();
    await task;
  });

  describe('what a hook of the file or of its describe cancels', () => {
    const task = { current: undefined };

    afterEach(async () => {
      task.current.cancel();
      await task.current.catch(() => {});
    });

    it('passes: it is cancelled', () => {
      task.current = createTask(NEVER, { name: 'cancelled' });
    });
  });
}
