import { createTask, taskGroup, type TaskGroup, wait, waitFor } from 'rx-asyncio';
import { NEVER, type Observable, of } from 'rxjs';

describe('a task that waits for room in its group', () => {
  it.each<[string, (group: TaskGroup, start: () => Observable<unknown>) => Observable<unknown>]>([
    ['wait', (group, start) => wait([group.createTask(start)])],
    ['waitFor', (group, start) => waitFor(group.createTask(start), 1000)],
  ])('is not started by %s', (_, listen) => {
    let started = false;
    const start = () => {
      started = true;
      return of(1);
    };
    const running = taskGroup(
      (group) => {
        void group.createTask(NEVER);
        return listen(group, start);
      },
      { concurrency: 1 },
    );
    const task = createTask(running);
    expect(started).toBe(false);
    task.cancel();
  });
});
