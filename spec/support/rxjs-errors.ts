import { EmptyError, TimeoutError } from 'rxjs';

// The errors of rxjs to compare with. It marks their constructors as not for users, since its operators make them.
/* eslint-disable @typescript-eslint/no-deprecated */
export function emptyError(message: string): EmptyError {
  return Object.assign(new EmptyError(), { message });
}

export function timeoutError(message: string): TimeoutError {
  return Object.assign(new TimeoutError(), { message });
}
