// The battery as a program: for Node, Bun and Deno. `node main.js http://127.0.0.1:1234`
import { AsyncLocalStorage } from 'node:async_hooks';
import process from 'node:process';
import { linesOf } from './battery.js';

const [, , server = ''] = process.argv;
void linesOf({ server, AsyncLocalStorage }).then((lines) => {
  console.log(lines.join('\n'));
  process.exit();
});
