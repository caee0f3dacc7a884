// What the playground shows, as plain data: it is what the address of the page holds.

export const structures = ['gather', 'asCompleted', 'wait', 'waitFor', 'shield', 'taskGroup'] as const;
export type Structure = (typeof structures)[number];
export const rivals = ['Promise.all', 'forkJoin', 'asyncio.gather'] as const;
export type Rival = (typeof rivals)[number];
export const returnWhens = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'] as const;
export type ReturnWhen = (typeof returnWhens)[number];
/** How an awaitable ends; one that ignores its signal gives a value, and cannot be stopped. */
export const endings = ['value', 'failure', 'ignores'] as const;
export type Ending = (typeof endings)[number];

export interface Bar {
  readonly name: string;
  /** Milliseconds, as all times here. */
  readonly duration: number;
  readonly ending: Ending;
  /** How long it cleans up when it is cancelled. */
  readonly cleanup: number;
}

export interface Scene {
  readonly structure: Structure;
  readonly bars: readonly Bar[];
  readonly concurrency: number | undefined;
  readonly timeout: number | undefined;
  /** When it is unsubscribed from. */
  readonly unsubscribe: number | undefined;
  readonly returnExceptions: boolean;
  readonly returnWhen: ReturnWhen;
  /** What is drawn below it, of the same bars. */
  readonly compare: readonly Rival[];
}

export const limits = { bars: 30, duration: 1000, name: 24 };

/** Which options a structure knows. */
export const knows: Readonly<Record<Structure, readonly string[]>> = {
  gather: ['concurrency', 'returnExceptions'],
  asCompleted: ['concurrency', 'timeout', 'returnExceptions'],
  wait: ['timeout', 'returnWhen'],
  waitFor: ['timeout'],
  shield: [],
  taskGroup: ['concurrency'],
};

/** Those that take one awaitable, take the first bar. */
export function shownBars({ structure, bars }: Scene): readonly Bar[] {
  return structure === 'waitFor' || structure === 'shield' ? bars.slice(0, 1) : bars;
}

export function changeBar(scene: Scene, index: number, change: Partial<Bar>): Scene {
  return { ...scene, bars: scene.bars.map((bar, at) => (at === index ? { ...bar, ...change } : bar)) };
}

export function addBar(scene: Scene): Scene {
  if (scene.bars.length >= limits.bars) return scene;
  const taken = new Set(scene.bars.map(({ name }) => name));
  let number = scene.bars.length + 1;
  while (taken.has(`job${number}`)) number++;
  return { ...scene, bars: [...scene.bars, { name: `job${number}`, duration: 100, ending: 'value', cleanup: 0 }] };
}

export function removeBar(scene: Scene, index: number): Scene {
  if (scene.bars.length <= 1) return scene;
  return { ...scene, bars: scene.bars.filter((_, at) => at !== index) };
}

/** As much of a text as a bar has room for; no character is cut in half. */
export function nameFrom(text: string): string {
  return Array.from(text).slice(0, limits.name).join('') || 'job';
}

/** In steps of five, within what the picture can show. */
export function time(milliseconds: number, least = 0): number {
  return Math.min(limits.duration, Math.max(least, Math.round(milliseconds / 5) * 5));
}
