import { readFileSync } from 'node:fs';

interface ConformanceTable {
  readonly problems: () => string[];
  readonly readme: string;
  readonly render: () => string;
}

const { problems, readme, render } = jest.requireActual<ConformanceTable>('../../scripts/conformance-table.js');

describe("The list of others' cases", () => {
  it('has for each case a test or a reason, not both, and knows every case that a test names', () => {
    expect(problems()).toEqual([]);
  });

  it('is what the README says (npm run conformance writes it)', () => {
    expect(readFileSync(readme, 'utf8')).toBe(render());
  });
});
