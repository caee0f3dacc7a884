import { join } from 'node:path';
import { defineConfig, type DefaultTheme } from 'vitepress';
import llms from 'vitepress-plugin-llms';
import { makeRunnable } from './fences.mts';
import { keepLinksInside } from './links.mts';
import { framePictures } from './pictures.mts';
import { oneButtonAGroup } from './sidebar-buttons.mts';
import { comingFrom, linksOf, more, sidebar } from './sidebar.mts';
import { typesOnHover } from './types.mts';

const root = join(import.meta.dirname, '../..');

export default defineConfig({
  title: 'rx-asyncio',
  description: "asyncio's control structures for RxJS and Promises, with cancellation that waits for cleanup.",
  lang: 'en',
  cleanUrls: false,
  // theme/appearance.ts does it.
  appearance: { disableTransition: false },
  srcExclude: ['**/node_modules/**'],
  rewrites: { 'recipes/README.md': 'recipes/index.md' },
  ignoreDeadLinks: false,
  head: [
    ['link', { rel: 'icon', href: 'data:,' }],
    ['meta', { name: 'theme-color', content: '#6f42c1' }],
  ],
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/start' },
      { text: 'Recipes', link: '/recipes/' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Playground', link: '/playground' },
      {
        text: 'More',
        items: [{ text: 'Coming from', items: linksOf(comingFrom) }, { items: linksOf(more) }],
      },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [typesOnHover()],
    config: (md) => {
      keepLinksInside(md);
      makeRunnable(md);
      framePictures(md);
    },
  },
  vite: {
    // The editor, which is loaded when somebody edits.
    build: { chunkSizeWarningLimit: 1500 },
    plugins: [oneButtonAGroup(), llms({ ignoreFiles: ['reference/**'], sidebar: withoutReference })],
    resolve: {
      alias: [
        { find: /^rx-asyncio$/, replacement: join(root, 'dist/esm/index.js') },
        { find: /^rx-asyncio\/(\w+)$/, replacement: join(root, 'dist/esm/$1.js') },
      ],
    },
  },
});

/** The reference is for the page: who reads `llms.txt` has it in the types. */
function withoutReference(all: DefaultTheme.Sidebar | undefined): DefaultTheme.SidebarItem[] {
  return Array.isArray(all) ? all.filter(({ text }) => text !== 'Reference') : [];
}
