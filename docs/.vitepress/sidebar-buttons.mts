import type { Plugin } from 'vite';

/**
 * VitePress puts the arrow of a group that folds, a button, into the heading of the group, which is a button as well. Here one of
 * them is: the heading, or the arrow where the heading leads to a page; and it says whether the group is open.
 */
const changes = [
  [':role="itemRole"', ':role="itemRole" :aria-expanded="item.items && !item.link ? !collapsed : undefined"'],
  [':tabindex="item.items && 0"', ':tabindex="item.items && !item.link ? 0 : undefined"'],
  [
    'role="button"\n        aria-label="toggle section"',
    ':role="item.link ? \'button\' : undefined" :aria-label="item.link ? \'toggle section\' : undefined" :aria-expanded="item.link ? !collapsed : undefined"',
  ],
  ['tabindex="0"\n      >', ':tabindex="item.link ? 0 : undefined"\n      >'],
  ["isLink.value ? undefined : 'button'", "isLink.value || !hasChildren.value ? undefined : 'button'"],
] as const;

export function oneButtonAGroup(): Plugin {
  return {
    name: 'one-button-a-group',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/VPSidebarItem.vue')) return undefined;
      return changes.reduce((text, [theirs, ours]) => {
        if (!text.includes(theirs)) throw new Error(`VitePress's sidebar has changed: there is no ${theirs}`);
        return text.replace(theirs, ours);
      }, code);
    },
  };
}
