import {
  ALL_COMPLETED,
  asyncFinalize,
  CancelledError,
  createTask,
  EmptyError,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  InvalidStateError,
  Task,
  TimeoutError,
  until,
} from 'rx-asyncio/promises';
import * as observables from 'rx-asyncio';
import * as rxjs from 'rxjs';

it('exports what is not a combinator as well', () => {
  expect(Task).toBe(observables.Task);
  expect(createTask).toBe(observables.createTask);
  expect(CancelledError).toBe(observables.CancelledError);
  expect(InvalidStateError).toBe(observables.InvalidStateError);
  expect([EmptyError, TimeoutError]).toEqual([rxjs.EmptyError, rxjs.TimeoutError]);
  expect([asyncFinalize, until]).toEqual([observables.asyncFinalize, observables.until]);
  expect([ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION]).toEqual([
    observables.ALL_COMPLETED,
    observables.FIRST_COMPLETED,
    observables.FIRST_EXCEPTION,
  ]);
});
