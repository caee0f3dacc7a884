import {
  ALL_COMPLETED,
  asyncFinalize,
  CancelledError,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  InvalidStateError,
  Task,
} from 'rx-asyncio/promises';
import * as observables from 'rx-asyncio';

it('exports what is not a combinator as well', () => {
  expect(Task).toBe(observables.Task);
  expect(createTask).toBe(observables.createTask);
  expect(CancelledError).toBe(observables.CancelledError);
  expect(InvalidStateError).toBe(observables.InvalidStateError);
  expect(asyncFinalize).toBe(observables.asyncFinalize);
  expect([ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION]).toEqual([
    observables.ALL_COMPLETED,
    observables.FIRST_COMPLETED,
    observables.FIRST_EXCEPTION,
  ]);
});
