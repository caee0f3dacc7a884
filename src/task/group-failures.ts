import { type Failures, isObject } from '../cleanup/failures.js';
import { aggregateError } from '../cleanup/aggregate-error.js';

/** What the failure of the body itself is called. */
export const theBody = 'the body';

/** What has failed in a group, which all goes into one AggregateError. */
export class GroupFailures {
  /** The number of tasks that there were. */
  created = 0;
  readonly #known = new Set<unknown>();
  readonly #failures: unknown[] = [];
  /** Whose they are. */
  readonly #names: string[] = [];

  /** What the body passes on from one of the tasks is one failure, and so is an error that several fail with. */
  add(failure: unknown, name: string): void {
    if (this.#known.has(failure) && (isObject(failure) || name === theBody)) return;
    this.#known.add(failure);
    this.#failures.push(failure);
    this.#names.push(name);
  }

  /** For whoever asks first. */
  take(): Failures {
    const { all } = this;
    this.#failures.length = 0;
    return all;
  }

  get all(): Failures {
    const { created } = this;
    const failures = [...this.#failures];
    const names = [...this.#names];
    if (failures.length === 0) return [];
    if (!names.includes(theBody)) return [aggregateError(failures, `${tasks(failures.length, created)} failed`, names)];
    if (failures.length === 1) return [aggregateError(failures, `${theBody} failed`, [])];
    return [aggregateError(failures, `${theBody} and ${tasks(failures.length - 1, created)} failed`, names)];
  }
}

function tasks(count: number, created: number): string {
  return `${count} of ${created} ${created === 1 ? 'task' : 'tasks'}`;
}
