import type { MarkdownRenderer } from 'vitepress';

/** A picture can be wider than a phone: its frame is scrolled, by the keyboard as well. */
export function framePictures(md: MarkdownRenderer): void {
  const { image } = md.renderer.rules;
  if (image === undefined) throw new Error('there is no rule for pictures');
  md.renderer.rules.image = (tokens, index, options, env, self) =>
    `<span class="picture" role="group" aria-label="Picture" tabindex="0">${image(tokens, index, options, env, self)}</span>`;
}
