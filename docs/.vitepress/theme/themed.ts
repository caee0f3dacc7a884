/** A timeline follows the colours of the system; here those that the reader has chosen for the page. */
export function themed(svg: string, dark: boolean): string {
  return svg.replace('@media (prefers-color-scheme: dark)', dark ? '@media all' : '@media not all');
}
