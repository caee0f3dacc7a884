import { padding, type Scale, textCharacter } from './layout.js';
import type { Row } from './row.js';
import { complete, diamond, mark, striped, waiting } from './signs.js';
import { text } from './svg.js';

/** Explains the signs that occur, and no others. */
export function drawLegend(rows: readonly Row[], scale: Scale, y: number, stripes: string): string[] {
  const outputs = rows.filter(({ output }) => output);
  const bars = rows.filter(({ output }) => !output);
  const signs = [
    bars.some(({ tracked, started }) => tracked && started && started.time > scale.start) && sign('waiting to start', 18, (x) => waiting(x - 2, x + 20, y)),
    bars.some(({ end }) => end?.type === 'done') && sign('done', 14, (x) => mark('done', x + 7, y)),
    rows.some(({ end }) => end?.type === 'failed') && sign('failed', 14, (x) => mark('failed', x + 7, y)),
    rows.some(({ cancelled }) => cancelled) && sign('cancelled', 14, (x) => mark('cancelled', x + 7, y)),
    bars.some(({ cancelled, end }) => cancelled && end && end.time > cancelled.time) && sign('cleaning up', 20, (x) => striped(x, x + 20, y, stripes)),
    outputs.some(({ emitted }) => emitted.length > 0) && sign('emitted', 12, (x) => diamond(x + 6, y)),
    outputs.some(({ end }) => end?.type === 'done') && sign('complete', 4, (x) => complete(x + 2, y)),
  ]; // prettier-ignore
  let x = padding;
  return signs.flatMap((each) => {
    if (each === false) return [];
    const at = x;
    x += each.width + 6 + each.words.length * textCharacter + 18;
    return [each.draw(at), text(at + each.width + 6, y, each.words, 'note')];
  });
}

function sign(words: string, width: number, draw: (x: number) => string) {
  return { words, width, draw };
}
