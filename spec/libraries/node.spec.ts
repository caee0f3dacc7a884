import { EventEmitter, on, once } from 'node:events';
import { mkdtemp, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { scheduler, setImmediate as nextTurn, setInterval, setTimeout } from 'node:timers/promises';
import { isCancelledMidway } from '../support/cancelled-midway';
import { deferred } from '../support/deferred';

/** What is there at once, before anything can have come of it. */
const begun = Promise.resolve();

/** Is read on and on, until its reader leaves. */
function endless() {
  const [begun, gone] = [deferred(), deferred()];
  async function* lines() {
    try {
      for (;;) {
        yield 'a line\n';
        begun.resolve();
        await nextTurn();
      }
    } finally {
      gone.resolve();
    }
  }
  return { lines: lines(), begun: begun.promise, gone: gone.promise };
}

describe('node:timers/promises', () => {
  isCancelledMidway('setTimeout', () => ({ begun, run: (context) => setTimeout(60_000, 'late', context) }));
  isCancelledMidway('setImmediate', () => ({ begun, run: (context) => nextTurn('soon', context) }));
  isCancelledMidway('setInterval', () => ({ begun, run: (context) => setInterval(60_000, 'again', context) }));
  isCancelledMidway('scheduler.wait', () => ({ begun, run: (context) => scheduler.wait(60_000, context) }));
});

describe('node:events', () => {
  function emitter() {
    const emitter = new EventEmitter();
    const gone = deferred();
    emitter.on('removeListener', (name) => {
      if (name === 'answer') gone.resolve();
    });
    return { emitter, gone: gone.promise };
  }

  isCancelledMidway('once', () => {
    const { emitter: source, gone } = emitter();
    return { begun, gone, run: (context) => once(source, 'answer', context) };
  });

  isCancelledMidway('on', () => {
    const { emitter: source, gone } = emitter();
    return { begun, gone, run: (context) => on(source, 'answer', context) as AsyncIterable<unknown> };
  });
});

describe('node:stream/promises', () => {
  isCancelledMidway('pipeline', () => {
    const { lines, begun, gone } = endless();
    const target = new PassThrough().resume();
    const closed = deferred();
    target.once('close', closed.resolve);
    return {
      begun,
      gone: Promise.all([gone, closed.promise]),
      run: (context) => pipeline(Readable.from(lines), target, context),
    };
  });
});

describe('node:fs/promises', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rx-asyncio-'));
    await writeFile(path.join(folder, 'read.txt'), 'text');
  });
  afterAll(() => rm(folder, { recursive: true }));

  isCancelledMidway('readFile', () => ({ begun, run: (context) => readFile(path.join(folder, 'read.txt'), context) }));

  isCancelledMidway('writeFile', () => {
    const { lines, ...progress } = endless();
    return { ...progress, run: (context) => writeFile(path.join(folder, 'written.txt'), lines, context) };
  });

  isCancelledMidway('watch', () => ({ begun, run: (context) => watch(folder, context) }));
});
