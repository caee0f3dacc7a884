import { examplesOfDocuments, examplesOfSources, run, typeErrors } from '../support/examples';

const examples = [...examplesOfDocuments(), ...examplesOfSources()];

describe('every example in the documents and doc comments', () => {
  it.each(examples.filter(({ browser }) => !browser).map((example) => [example.title, example] as const))(
    'prints what it says: %s',
    async (_, example) => {
      expect(await run(example)).toEqual(example.output);
    },
  );

  it('compiles as it stands', () => {
    expect(typeErrors(examples)).toEqual([]);
  });
});
