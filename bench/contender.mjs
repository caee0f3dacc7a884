import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const python = process.env['PYTHON'] ?? 'python3';

/** The version of Python, when it is new enough. */
export const pythonVersion = spawnSync(python, [
  '-c',
  'import platform, sys; sys.version_info < (3, 11) or print(platform.python_version())',
])
  .stdout?.toString()
  .trim();

/** Nobody takes nearly as long, so it has stalled. */
const longestRound = 120_000;

/** A peer in a process of its own, which does a round of its work whenever it is asked to. */
export class Contender {
  #name;
  #child;
  #answers;

  /**
   * @param {string} peer
   * @param {string} work
   * @param {number} n
   */
  constructor(peer, work, n) {
    const [command, ...options] =
      peer === 'asyncio' ?
        [python, pathOf('peers/with_asyncio.py')]
      : [process.execPath, '--expose-gc', '--max-old-space-size=8192', pathOf('round.mjs'), peer];
    this.#name = `${peer}, ${work}, n = ${n}`;
    this.#child = spawn(/** @type {string} */ (command), [...options, work, `${n}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // Whoever has ended before he was asked gives no answer, which is reported.
    this.#child.on('error', () => {});
    this.#child.stdin.on('error', () => {});
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Milliseconds, or whatever else is the figure of this work. */
  async round() {
    const stalled = setTimeout(() => this.#child.kill(), longestRound);
    this.#child.stdin.write('\n');
    const { value } = await this.#answers.next();
    clearTimeout(stalled);
    const figure = Number(value);
    if (value === undefined) throw new Error(`${this.#name}: has ended without an answer`);
    if (!(figure > 0)) throw new Error(`${this.#name}: ${value} is no figure`);
    return figure;
  }

  close() {
    this.#child.stdin.end();
  }
}

/** @param {string} path */
function pathOf(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
