import { inspect } from 'node:util';
import { createTask } from 'rx-asyncio';
import { NEVER, of, throwError } from 'rxjs';
import { unhandledRejections } from '../support/unhandled-rejections';

describe('console.log, which cannot see private fields, shows of a Task', () => {
  it('its name, and that it is pending', () => {
    expect(inspect(createTask(NEVER, { name: 'clock' }))).toBe("Task { name: 'clock', status: 'pending' }");
  });

  it('its value', () => {
    const task = createTask(of({ id: 1 }), { name: 'order' });
    expect(inspect(task)).toBe("Task { name: 'order', status: 'fulfilled', value: { id: 1 } }");
  });

  it('its reason, which does not count as observing it', async () => {
    const reported = await unhandledRejections(() => {
      const failing = throwError(() => 'no');
      expect(inspect(createTask(failing, { name: 'order' }))).toBe(
        "Task { name: 'order', status: 'rejected', reason: 'no' }",
      );
    });
    expect(reported).toEqual(['no']);
  });

  it('that it was cancelled', () => {
    const task = createTask(NEVER, { name: 'clock' });
    task.cancel();
    expect(inspect(task)).toBe("Task { name: 'clock', status: 'cancelled' }");
  });

  it('where it is part of a circle', async () => {
    const job: { task?: unknown } = {};
    const task = createTask(() => Promise.resolve(job), { name: 'order' });
    job.task = task;
    await task;
    expect(inspect(job, { depth: null })).toBe(
      "<ref *1> {\n  task: Task { name: 'order', status: 'fulfilled', value: [Circular *1] }\n}",
    );
  });

  it('as much as the depth allows', () => {
    const tasks = [createTask(of({ id: { number: 1 } }), { name: 'order' })];
    expect(inspect(tasks, { depth: 2 })).toBe(
      "[\n  Task { name: 'order', status: 'fulfilled', value: { id: [Object] } }\n]",
    );
    expect(inspect(tasks, { depth: 1 })).toBe("[ Task { name: 'order', status: 'fulfilled', value: [Object] } ]");
    expect(inspect(tasks, { depth: 0 })).toBe('[ [Task] ]');
    expect(inspect(tasks, { depth: null })).toBe(
      "[\n  Task {\n    name: 'order',\n    status: 'fulfilled',\n    value: { id: { number: 1 } }\n  }\n]",
    );
  });
});
