import type { Bar, Scene } from './scene';

export interface Preset {
  readonly title: string;
  /** What there is to see. */
  readonly words: string;
  readonly scene: Scene;
}

const plain = { concurrency: undefined, timeout: undefined, unsubscribe: undefined, returnExceptions: false, returnWhen: 'ALL_COMPLETED', compare: [] } as const; // prettier-ignore
const bar = (name: string, duration: number, more: Partial<Bar> = {}): Bar => ({ name, duration, ending: 'value', cleanup: 0, ...more }); // prettier-ignore

export const presets: readonly Preset[] = [
  {
    title: 'One fails, compared',
    words:
      'orders fails. Promise.all and asyncio.gather let the others run on, forkJoin does not wait for the cleanup. Ours ends when all is gone.',
    scene: {
      ...plain,
      structure: 'gather',
      bars: [bar('user', 120), bar('orders', 60, { ending: 'failure' }), bar('upload', 160, { cleanup: 50 })],
      compare: ['Promise.all', 'forkJoin', 'asyncio.gather'],
    },
  },
  {
    title: 'Unsubscribed, compared',
    words: 'Nobody wants the result any more after 70 ms. Nothing tells the Promises.',
    scene: {
      ...plain,
      structure: 'gather',
      bars: [bar('search', 150), bar('upload', 120, { cleanup: 40 })],
      unsubscribe: 70,
      compare: ['Promise.all', 'forkJoin', 'asyncio.gather'],
    },
  },
  {
    title: 'Two at a time',
    words: 'The next one is started as soon as a slot frees up.',
    scene: {
      ...plain,
      structure: 'asCompleted',
      bars: [60, 100, 80, 30].map((ms, index) => bar(`page${index + 1}`, ms)),
      concurrency: 2,
    },
  },
  {
    title: 'A race',
    words: 'wait emits when the first is done, cancels the others, and completes when they have cleaned up.',
    scene: {
      ...plain,
      structure: 'wait',
      bars: [bar('mirror1', 130), bar('mirror2', 70), bar('mirror3', 160, { cleanup: 30 })],
      returnWhen: 'FIRST_COMPLETED',
    },
  },
  {
    title: 'A timeout',
    words: 'The TimeoutError comes after the cleanup: nothing runs on behind it.',
    scene: { ...plain, structure: 'waitFor', bars: [bar('download', 200, { cleanup: 50 })], timeout: 100 },
  },
  {
    title: 'It ignores its signal',
    words: 'What never reads its signal cannot be stopped: it is let go of, runs on, and is not heard any more.',
    scene: {
      ...plain,
      structure: 'gather',
      bars: [bar('stubborn', 180, { ending: 'ignores' }), bar('check', 60, { ending: 'failure' }), bar('polite', 150, { cleanup: 30 })], // prettier-ignore
    },
  },
  {
    title: 'A group',
    words: 'One task fails, the others are cancelled, and the group fails when all have ended.',
    scene: {
      ...plain,
      structure: 'taskGroup',
      bars: [bar('parse', 40), bar('fetch', 80, { ending: 'failure' }), bar('write', 150, { cleanup: 60 })],
    },
  },
  {
    title: 'Shielded',
    words: 'Unsubscribed after 80 ms, what is shielded runs on to its end.',
    scene: { ...plain, structure: 'shield', bars: [bar('save', 140)], unsubscribe: 80 },
  },
  {
    title: 'Thirty',
    words: 'Thirty bars, five at a time.',
    scene: {
      ...plain,
      structure: 'gather',
      bars: Array.from({ length: 30 }, (_, index) => bar(`job${index + 1}`, 30 + ((index * 35) % 90))),
      concurrency: 5,
    },
  },
];
