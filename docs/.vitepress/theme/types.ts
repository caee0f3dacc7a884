/** Shows the type of what the pointer rests on, or a finger taps; Escape hides it. One element serves all programs of a page. */
export function showTypes(): void {
  const shown = document.createElement('pre');
  shown.className = 'type-shown';
  shown.hidden = true;
  document.body.append(shown);

  const hide = () => (shown.hidden = true);
  document.addEventListener('pointerover', ({ target }) => {
    const word = target instanceof Element ? target.closest<HTMLElement>('[data-type]') : null;
    if (word !== null) show(word);
    else if (!shown.contains(target as Node)) hide();
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hide();
  });
  addEventListener('scroll', hide, { passive: true });

  function show(word: HTMLElement): void {
    shown.textContent = decodeURIComponent(word.dataset['type'] ?? '');
    shown.hidden = false;
    const { left, top, bottom } = word.getBoundingClientRect();
    const { width, height } = shown.getBoundingClientRect();
    const isBelow = bottom + height < innerHeight || top < height;
    shown.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    shown.style.top = `${isBelow ? bottom : top - height}px`;
  }
}
