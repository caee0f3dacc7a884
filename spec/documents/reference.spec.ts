import path from 'node:path';
import ts from 'typescript';

interface Export {
  readonly title: string;
  readonly comment: string;
  readonly callable: boolean;
}

const exported = ['index', 'promises', 'node', 'timeline'].flatMap(exportsOf);

describe('the doc comment of every export', () => {
  it.each(exported)('is there: $title', ({ comment }) => {
    expect(comment).toMatch(/^\S.*\.$/m);
  });

  it.each(exported.filter(({ callable }) => callable))('has an example and a counterpart: $title', ({ comment }) => {
    expect(comment).toMatch(/```ts\n[^]*\n\/\/ [^]*```/);
    expect(comment).toMatch(/^(asyncio|rxjs): /m);
  });
});

/** What an entry exports, with the doc comment that an editor shows for it. */
function exportsOf(entry: string): Export[] {
  const file = path.join(__dirname, `../../src/${entry}.ts`);
  const program = ts.createProgram([file], { noLib: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module`);
  return checker.getExportsOfModule(module).map((symbol) => {
    const original = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return {
      title: `${entry}, ${symbol.name}`,
      comment: ts.displayPartsToString(original.getDocumentationComment(checker)),
      callable: (original.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) !== 0,
    };
  });
}
