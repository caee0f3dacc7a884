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

/** A peer in a process of its own, which does a round of its work whenever it is asked to. */
export class Contender {
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
    this.#child = spawn(/** @type {string} */ (command), [...options, work, `${n}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Milliseconds, or whatever else is the figure of this work. */
  async round() {
    this.#child.stdin.write('\n');
    const { value } = await this.#answers.next();
    if (value === undefined) throw new Error(`${this.#child.spawnargs.join(' ')} has ended without an answer`);
    return Number(value);
  }

  close() {
    this.#child.stdin.end();
  }
}

/** @param {string} path */
function pathOf(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
