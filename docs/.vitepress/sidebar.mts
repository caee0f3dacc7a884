import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

const docs = join(import.meta.dirname, '..');

type Item = DefaultTheme.SidebarItem;
type Pages = [text: string, link: string][];

export const comingFrom: Pages = [
  ['asyncio', '/from/asyncio'],
  ['Promise and p-map', '/from/promise'],
  ['RxJS', '/from/rxjs'],
  ['Effect', '/from/effect'],
  ['effection', '/from/effection'],
];

export const more: Pages = [
  ['Benchmarks', '/benchmarks'],
  ['Held to the tests of others', '/conformance'],
  ['Changes', '/changelog'],
];

/** What stands beside every page. A page that is not there is left out, so that nothing leads nowhere. */
export function sidebar(): Item[] {
  return [
    group('Guide', [
      ['Getting started', '/start'],
      ['Five rules', '/rules'],
      ['Combinators and options', '/combinators'],
      ['Cancellation', '/cancellation'],
      ['Where failures go', '/failures'],
      ['Tasks and groups', '/tasks'],
      ['Limits and progress', '/limits'],
      ['Whole programs', '/programs'],
      ['Seeing what runs', '/inspect'],
      ['Tracing and profiling', '/tracing'],
      ['Timelines', '/timeline'],
      ['Testing', '/testing'],
      ['Past one machine', '/bullmq'],
      ['Whose context', '/context'],
      ['Types', '/types'],
      ['Platforms', '/platforms'],
    ]),
    group('Coming from', comingFrom),
    group('At home in', [
      ['Angular', '/angular'],
      ['NestJS', '/nestjs'],
      ['Libraries as awaitables', '/libraries'],
      ['Runtimes and bundlers', '/platforms'],
    ]),
    group('Recipes', [
      ['All recipes', '/recipes/'],
      ['Fetch many pages', '/recipes/fetch'],
      ['A whole download', '/recipes/download'],
      ['Worker threads', '/recipes/worker-threads'],
      ['NestJS microservices', '/recipes/nestjs'],
      ['Files and child processes', '/recipes/node'],
      ['An HTTP server that is drained', '/recipes/drain-http-server'],
      ['A consumer of a queue', '/recipes/drain-queue'],
      ['Show progress', '/recipes/progress'],
      ['Until the user has had enough', '/recipes/dom-event'],
    ]),
    { text: 'Reference', collapsed: true, items: reference() },
    group('More', [['Playground', '/playground'], ...more]),
  ].filter(({ items }) => items?.length);
}

function group(text: string, pages: Pages): Item {
  return { text, collapsed: text !== 'Guide' && text !== 'Coming from', items: linksOf(pages) };
}

export function linksOf(pages: Pages): { text: string; link: string }[] {
  return pages.filter(([, link]) => exists(link)).map(([text, link]) => ({ text, link }));
}

export function exists(link: string): boolean {
  const file =
    link === '/recipes/' ? '/recipes/README'
    : link.endsWith('/') ? `${link}index`
    : link;
  return existsSync(join(docs, `${file}.md`));
}

/** As TypeDoc has written it. */
function reference(): Item[] {
  const file = join(docs, 'reference/typedoc-sidebar.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Item[]) : [];
}
