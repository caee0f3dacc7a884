import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import { parser } from '@lezer/javascript';

const typescript = parser.configure({ dialect: 'ts' });
const called = [tags.variableName, tags.propertyName].map((name) => ({ tag: tags.function(name), class: 'call' }));
const kinds = tagHighlighter([
  ...called,
  { tag: tags.keyword, class: 'keyword' },
  { tag: tags.literal, class: 'literal' },
  { tag: tags.string, class: 'string' },
  { tag: tags.typeName, class: 'type' },
  { tag: tags.comment, class: 'comment' },
]);

/** A program in pieces, each with what it is, as the parser of our editor says. */
export function pieces(code: string): { text: string; kind: string }[] {
  const all: { text: string; kind: string }[] = [];
  const add = (text: string, kind: string) => all.push({ text, kind });
  highlightCode(code, typescript.parse(code), kinds, add, () => add('\n', ''));
  return all;
}
