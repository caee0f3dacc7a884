import { SetMetadata } from '@nestjs/common';

export const WITHIN = Symbol('within');

/** How long handlers may take, in milliseconds. Those that take longer are cancelled; the answer, 504, waits for their cleanup. */
export const Within = (milliseconds: number) => SetMetadata(WITHIN, milliseconds);
