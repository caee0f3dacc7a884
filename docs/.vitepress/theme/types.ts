/**
 * Shows the type of what the pointer rests on, or a finger taps. In a program that has the focus, Enter shows the first type,
 * Enter and Shift+Enter lead on and back; Escape hides it. One element serves all programs of a page.
 */
export function showTypes(): void {
  const shown = document.createElement('pre');
  shown.className = 'type-shown';
  shown.setAttribute('role', 'status');
  shown.hidden = true;
  document.body.append(shown);
  let shownFor: HTMLElement | undefined;

  document.addEventListener('pointerover', ({ target }) => {
    const word = target instanceof Element ? target.closest<HTMLElement>('[data-type]') : null;
    if (word !== null) show(word);
    else if (!shown.contains(target as Node)) hide();
  });
  document.addEventListener('focusin', ({ target }) => {
    // A finger that taps a type moves the focus, too, after that is shown.
    if (!(target as Node).contains(shownFor ?? null)) hide();
    if (isProgram(target)) target.setAttribute('aria-description', 'Enter shows the types, one after the other');
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
    if (event.key !== 'Enter' || !isProgram(event.target)) return;
    event.preventDefault();
    const words = Array.from(event.target.querySelectorAll<HTMLElement>('[data-type]'));
    const at = words.findIndex((word) => word === shownFor);
    const step = event.shiftKey ? -1 : 1;
    const first = event.shiftKey ? -1 : 0;
    const word = words.at((at < 0 ? first : at + step) % words.length);
    if (word === undefined) return;
    word.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    show(word);
    word.classList.add('type-asked');
  });
  // What the keyboard has asked for is scrolled into view, and stays.
  addEventListener('scroll', () => shownFor?.classList.contains('type-asked') || hide(), { passive: true });

  function hide(): void {
    shown.hidden = true;
    shownFor?.classList.remove('type-asked');
    shownFor = undefined;
  }

  function show(word: HTMLElement): void {
    hide();
    shownFor = word;
    shown.hidden = false;
    shown.textContent = decodeURIComponent(word.dataset['type'] ?? '');
    const { left, top, bottom } = word.getBoundingClientRect();
    const { width, height } = shown.getBoundingClientRect();
    const isBelow = bottom + height < innerHeight || top < height;
    shown.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    shown.style.top = `${isBelow ? bottom : top - height}px`;
  }
}

function isProgram(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('pre.twoslash');
}
