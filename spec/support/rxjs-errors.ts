import { EmptyError, TimeoutError } from 'rxjs';

// The errors of rxjs to compare with. It marks their constructors as not for users, since its operators make them.
/* eslint-disable @typescript-eslint/no-deprecated */
export const emptyError = new EmptyError();
export const timeoutError = new TimeoutError();
