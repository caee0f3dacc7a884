import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as rxjs from 'rxjs';
import type { MarkdownRenderer } from 'vitepress';

const inPage = new Set(['rxjs', 'rxjs/testing', 'rx-asyncio', 'rx-asyncio/promises', 'rx-asyncio/timeline', 'node:timers/promises']); // prettier-ignore

/** Each program has a button that runs it. */
export function makeRunnable(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error('there is no rule for code');
  md.renderer.rules.fence = (tokens, index, options, env: { relativePath: string }, self) => {
    const token = tokens[index];
    const kind = /^ts( browser)?$/.exec(token?.info.trim() ?? '');
    if (token === undefined || kind === null) return fence(tokens, index, options, env, self);
    const code = imports(token.content, env.relativePath) + token.content;
    token.info = 'ts';
    const output = Array.from(token.content.matchAll(/^\/\/ (.*)$/gm), ([, line = '']) => line).join('\n');
    const isSignature = env.relativePath.startsWith('reference/') && output === '';
    if (isSignature) return fence(tokens, index, options, env, self);
    const needs = Array.from(code.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)'|^import '([^']+)'/gm), ([, name, bare]) => name ?? bare ?? ''); // prettier-ignore
    const missing = needs.filter((name) => !inPage.has(name));
    if (/\bprocess\./.test(token.content)) missing.push('process');
    const attributes = { code, output, needs: [...new Set(missing)].join(', '), browser: kind[1] ? 'yes' : '' };
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${encodeURIComponent(value)}"`);
    return `<RunBlock ${written.join(' ')}>${fence(tokens, index, options, env, self)}</RunBlock>\n`;
  };
}

/** The examples of the reference leave out what they import of rxjs and of the package. */
function imports(block: string, page: string): string {
  if (!page.startsWith('reference/')) return '';
  const entry = page.includes('rx-asyncio/promises/') ? 'promises' : 'index';
  const names = namesOf(entry);
  const used = (all: readonly string[]) =>
    all.filter((name) => new RegExp(`(?<![\\w.])${name}\\b`).test(block) && !new RegExp(`import .*\\b${name}\\b`).test(block)).join(', '); // prettier-ignore
  // A scheduler is called as the keyword is.
  const ofRxjs = used(Object.keys(rxjs).filter((name) => !names.includes(name) && name !== 'async'));
  const own = used(names);
  const specifier = entry === 'index' ? 'rx-asyncio' : 'rx-asyncio/promises';
  return [ofRxjs && `import { ${ofRxjs} } from 'rxjs';\n`, own && `import { ${own} } from '${specifier}';\n`].join('');
}

function namesOf(entry: string): string[] {
  const text = readFileSync(join(import.meta.dirname, `../../src/${entry}.ts`), 'utf8');
  const exported = Array.from(text.matchAll(/^export (?:type )?(?:\{([^}]*)\}|\w+ (\w+))/gm), ([, list, name]) => list ?? name); // prettier-ignore
  return [...new Set(exported.join(' ').match(/\w+/g))];
}
