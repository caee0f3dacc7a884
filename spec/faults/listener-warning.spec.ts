import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

it('Node prints no MaxListenersExceededWarning', async () => {
  const { stderr, stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    path.join(__dirname, 'sharing.ts'),
  ]);
  expect([stdout, stderr]).toEqual(['1000 of gather, 1000 of waitFor, 1000 of asCompleted\n', '']);
});
