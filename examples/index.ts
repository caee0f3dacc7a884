import { lastValueFrom, type Observable } from 'rxjs';
import * as asCompleted from './as-completed';
import * as crawler from './crawler';
import * as download from './download';
import * as gather from './gather';
import * as wait from './wait';
import * as waitWithTimeout from './wait-with-timeout';

interface Program {
  readonly piped: Observable<unknown>;
  readonly awaited: () => Promise<void>;
}

const programs: Record<string, Program> = {
  wait,
  'wait with a timeout': waitWithTimeout,
  gather,
  'as completed': asCompleted,
  download,
};

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === 'crawler') {
    await crawler.main(rest);
    return;
  }
  for (const [name, { piped, awaited }] of Object.entries(programs)) {
    await run(`${name}, as a pipe`, () => lastValueFrom(piped, { defaultValue: undefined }));
    await run(`${name}, awaited`, awaited);
  }
}

async function run(heading: string, program: () => Promise<unknown>): Promise<void> {
  console.log(`\n== ${heading} ==`);
  await program();
  // What it has cancelled without waiting says so before the next one begins.
  await new Promise(setImmediate);
}

void main(process.argv.slice(2));
