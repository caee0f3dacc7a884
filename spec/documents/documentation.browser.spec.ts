/** @jest-environment jsdom */
import { examplesOfDocuments, run } from '../support/examples';

const examples = examplesOfDocuments().filter(({ browser }) => browser);

describe('every example in the documents that is for a browser', () => {
  it.each(examples.map((example) => [example.title, example] as const))(
    'prints what it says: %s',
    async (_, example) => {
      expect(await run(example)).toEqual(example.output);
    },
    20_000,
  );
});
