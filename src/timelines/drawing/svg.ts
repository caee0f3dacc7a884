export function text(x: number, y: number, words: string, kind?: string): string {
  return `<text${kind === undefined ? '' : ` class="${kind}"`} x="${round(x)}" y="${round(y + 4)}">${escapeText(words)}</text>`;
}

export function timedText(x: number, y: number, time: string, words: string): string {
  return `<text x="${round(x)}" y="${round(y + 4)}"><tspan class="time">${time}</tspan> ${escapeText(words)}</text>`;
}

export function escapeText(words: string): string {
  return words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

export function round(length: number): number {
  return Math.round(length * 10) / 10;
}
