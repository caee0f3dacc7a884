import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/** What of the repository is a page of the site as well. */
const pages = new Map([
  ['README.md', '/'],
  ['docs/recipes/README.md', '/recipes/'],
  ['CHANGELOG.md', '/changelog'],
  ['bench/README.md', '/benchmarks'],
  ['spec/conformance/README.md', '/conformance'],
]);

/** Where the texts of the repository stand that are included here. */
const folders = new Map([
  ['changelog.md', '.'],
  ['benchmarks.md', 'bench'],
  ['conformance.md', 'spec/conformance'],
]);

/**
 * The pages are read in the repository, too, and link to files of it. Here such a link leads to the page that has the same
 * content; where there is none, its words stand without a link.
 */
export function keepLinksInside(md: MarkdownRenderer): void {
  md.core.ruler.push('links-inside', ({ tokens, env }) => {
    const page = (env as { relativePath: string }).relativePath;
    for (const token of tokens) {
      const { children } = token;
      for (const part of [token, ...(children ?? [])])
        if (part.type.startsWith('html_')) part.content = beside(part.content);
      const open: boolean[] = [];
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const kept = keep(token.attrGet('href') ?? '', page);
          open.push(kept !== undefined);
          if (kept === undefined) token.hidden = true;
          else token.attrSet('href', kept);
        } else if (token.type === 'link_close' && open.pop() === false) token.hidden = true;
      }
      if (children) for (const token of children.filter(({ hidden }) => hidden)) neutralise(token);
    }
  });
}

/** Others' rules still look at it. */
function neutralise(token: { type: string; tag: string; content: string; nesting: number; attrs: unknown }): void {
  Object.assign(token, { type: 'text', tag: '', content: '', nesting: 0, attrs: null });
}

function keep(href: string, page: string): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(href)) return href;
  const [path = '', hash] = href.split('#');
  const included = folders.get(page);
  const file = posix.join(included ?? posix.join('docs', posix.dirname(page)), path);
  const own = pages.get(file) ?? (included !== undefined && file.startsWith('docs/') ? file.slice(4) : undefined);
  if (own !== undefined) return hash === undefined ? own : `${own}#${hash}`;
  return file.startsWith('docs/') ? href : undefined;
}

/** Of a picture in HTML, the bundler takes a bare path for the name of a package. */
function beside(html: string): string {
  return html.replace(/(<img\b[^>]*\bsrc=")(?![a-z]+:|\.|\/)/g, '$1./');
}
