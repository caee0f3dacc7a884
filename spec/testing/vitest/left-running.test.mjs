import { afterEach, beforeEach, describe, it } from 'vitest';
import { createTask } from 'rx-asyncio';
import { expectNothingRunning } from 'rx-asyncio/inspect';
import { NEVER } from 'rxjs';
import { leaveRunning } from './left-running.mjs';

// Vitest calls the afterEach of one level last to first, so that of here comes after the one below.
expectNothingRunning({ beforeEach, afterEach });

let task;
afterEach(async () => {
  task?.cancel();
  await task?.catch(() => {});
  task = undefined;
});

it('passes: the hook below cancels it', () => {
  task = createTask(NEVER, { name: 'of the file' });
});

leaveRunning({ afterEach, describe, it });
