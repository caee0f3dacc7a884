import { labelCharacter, padding, width } from './layout.js';

interface Label {
  readonly x: number;
  readonly time: string;
  readonly words: string;
}

/**
 * Gives each label the first level on which it is free of those to the right of it, which its leader must not cross.
 * Where all levels are taken it is left out.
 */
export function place(labels: readonly Label[]): (Label & { left: number; level: number })[] {
  const taken: number[] = [];
  const placed = [...labels].reverse().flatMap((label) => {
    const length = (label.time.length + 1 + label.words.length) * labelCharacter;
    const left = Math.max(padding, Math.min(label.x - 4, width - padding - length));
    const free = taken.findIndex((edge) => left + length + 10 <= edge);
    const level = free < 0 ? taken.length : free;
    if (level === mostLevels) return [];
    taken[level] = left;
    return [{ ...label, left, level }];
  });
  return placed.reverse();
}

const mostLevels = 6;
