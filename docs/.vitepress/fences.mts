import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as rxjs from 'rxjs';
import type { MarkdownRenderer } from 'vitepress';

const inPage = new Set(['rxjs', 'rxjs/testing', 'rx-asyncio', 'rx-asyncio/promises', 'rx-asyncio/inspect', 'rx-asyncio/timeline', 'node:timers/promises']); // prettier-ignore

const entries = ['promises', 'node', 'timeline', 'inspect', 'bullmq'];

/** Each program has a button that runs it. */
export function makeRunnable(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error('there is no rule for code');
  md.renderer.rules.fence = (tokens, index, options, env: { relativePath: string }, self) => {
    const token = tokens[index];
    const kind = /^ts( browser)?$/.exec(token?.info.trim() ?? '');
    if (token === undefined || kind === null) return fence(tokens, index, options, env, self);
    const code = imports(token.content, env.relativePath) + token.content;
    const output = Array.from(token.content.matchAll(/^\/\/ (.*)$/gm), ([, line = '']) => line).join('\n');
    // Its signatures stand beside its examples.
    const isReference = env.relativePath.startsWith('reference/');
    const isSignature = isReference && output === '';
    token.info = isReference ? 'ts' : 'ts twoslash';
    if (isSignature) return fence(tokens, index, options, env, self);
    const needs = Array.from(code.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)'|^import '([^']+)'/gm), ([, name, bare]) => name ?? bare ?? ''); // prettier-ignore
    const missing = needs.filter((name) => !inPage.has(name));
    if (/\bprocess\./.test(token.content)) missing.push('process');
    // By it the tree knows after an `await` who waits for whom.
    if (/^\/\/ .*\bwaits for\b/m.test(token.content)) missing.push('AsyncLocalStorage');
    const attributes = { code, output, needs: [...new Set(missing)].join(', '), browser: kind[1] ? 'yes' : '' };
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${encodeURIComponent(value)}"`);
    return `<RunBlock ${written.join(' ')}>${fence(tokens, index, options, env, self)}</RunBlock>\n`;
  };
}

/** The examples of the reference leave out what they import of rxjs, and of the package: of the entry that they stand in. */
function imports(block: string, page: string): string {
  if (!page.startsWith('reference/')) return '';
  const [, place = ''] = /^reference\/(?:rx-asyncio\/)?([\w-]+)\//.exec(page) ?? [];
  const entry = entries.find((name) => name === place) ?? 'index';
  const taken = new Set<string>();
  const lines = (entry === 'promises' ? [entry] : [entry, 'index']).map((name) =>
    lineFor(specifierOf(name), namesOf(name)),
  );
  return [...lines, lineFor('rxjs', Object.keys(rxjs))].join('');

  function lineFor(specifier: string, names: readonly string[]): string {
    const used = names.filter((name) => !taken.has(name) && isUsed(name, block));
    used.forEach((name) => taken.add(name));
    return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${specifier}';\n`;
  }
}

function specifierOf(entry: string): string {
  return entry === 'index' ? 'rx-asyncio' : `rx-asyncio/${entry}`;
}

function isUsed(name: string, block: string): boolean {
  // rxjs has a scheduler that is called as the keyword is.
  if (name === 'async' || new RegExp(`import .*\\b${name}\\b`).test(block)) return false;
  return new RegExp(`(?<![\\w.])${name}\\b`).test(block);
}

function namesOf(entry: string): string[] {
  const text = readFileSync(join(import.meta.dirname, `../../src/${entry}.ts`), 'utf8');
  const exported = Array.from(text.matchAll(/^export (?:type )?(?:\{([^}]*)\}|\w+ (\w+))/gm), ([, list, name]) => list ?? name); // prettier-ignore
  return [...new Set(exported.join(' ').match(/\w+/g))];
}
