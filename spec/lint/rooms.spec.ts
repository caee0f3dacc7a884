import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Rooms {
  readonly wrongImports: (options: { src: string; order: string[]; file: string }) => { message: string }[];
}

const { wrongImports } = jest.requireActual<Rooms>('../../scripts/lint/rooms.js');

const order = ['entries', 'upper', 'lower', 'errors.ts'];
const sources: Record<string, string> = {
  'index.ts': "export * from './upper/a.js';",
  'upper/a.ts': "import './b.js'; import { c } from '../lower/c.js'; import '../errors.js'; import { of } from 'rxjs';",
  'upper/b.ts': "/** import './a.js' */ export const text = `import './a.js'`; import '../lower/c.js';",
  'upper/deep/d.ts': "import '../a.js'; import '../../lower/c.js'; import './absent.js';",
  'lower/c.ts': "import '../errors.js';",
  'lower/value.ts': "import { a } from '../upper/a.js';",
  'lower/type.ts': "import type { A } from '../upper/a.js';",
  'lower/inline-type.ts': "let a: import('../upper/a.js').A;",
  'lower/passed-on.ts': "export type { A } from '../upper/a.js';",
  'lower/dynamic.ts': "void import('../upper/a.js');",
  'lower/entry.ts': "import { a } from '../index.js';",
  'lower/circle.ts': "import type { Half } from './half.js';",
  'lower/half.ts': "import type { Other } from './other-half.js';",
  'lower/other-half.ts': "import type { Circle } from './circle.js'; import { c } from './c.js';",
  'lower/beside.ts': "import { c } from './circle.js';",
  'errors.ts': "import type { C } from './lower/c.js';",
  'new/n.ts': '',
  'upper/to-new.ts': "import '../new/n.js';",
};

describe('what a file of src may import', () => {
  let src: string;
  beforeAll(() => {
    src = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-rooms-'));
    for (const [file, source] of Object.entries(sources)) {
      mkdirSync(path.dirname(path.join(src, file)), { recursive: true });
      writeFileSync(path.join(src, file), source);
    }
  });
  afterAll(() => {
    rmSync(src, { recursive: true });
  });

  it.each<[string, string[]]>([
    ['index.ts', []],
    ['upper/a.ts', []],
    ['upper/b.ts', []],
    ['upper/deep/d.ts', []],
    ['lower/c.ts', []],
    ['lower/value.ts', ['lower imports from upper, which lies above it']],
    ['lower/type.ts', ['lower imports from upper, which lies above it']],
    ['lower/inline-type.ts', ['lower imports from upper, which lies above it']],
    ['lower/passed-on.ts', ['lower imports from upper, which lies above it']],
    ['lower/dynamic.ts', ['lower imports from upper, which lies above it']],
    ['lower/entry.ts', ['lower imports from entries, which lies above it']],
    ['lower/circle.ts', ['a circle: lower/circle.ts > lower/half.ts > lower/other-half.ts > lower/circle.ts']],
    ['lower/other-half.ts', ['a circle: lower/other-half.ts > lower/circle.ts > lower/half.ts > lower/other-half.ts']],
    ['lower/beside.ts', []],
    ['errors.ts', ['errors.ts imports from lower, which lies above it']],
    ['new/n.ts', ['the room new is not in the order of the rooms']],
    ['upper/to-new.ts', ['the room new is not in the order of the rooms']],
  ])('%s', (file, messages) => {
    const found = wrongImports({ src, order, file: path.join(src, file) });
    expect(found.map(({ message }) => message)).toEqual(messages);
  });
});
