import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { drawPictures, folder } from '../../scripts/pictures';

describe('docs/pictures', () => {
  it('shows what the code does; otherwise: npm run pictures', async () => {
    const files = readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')] as const);
    expect(Object.fromEntries(files)).toEqual(Object.fromEntries(await drawPictures()));
  });
});
