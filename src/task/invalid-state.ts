/**
 * Thrown where a {@link Task} or a task group is not in a state for what it was asked: the result of a task that is
 * still pending, a new task in a group that is closing.
 *
 * ```ts
 * const task = createTask(timer(10));
 * try {
 *   task.result();
 * } catch (error) {
 *   console.log(error instanceof InvalidStateError, task.status);
 * }
 * // true pending
 * ```
 *
 * asyncio: `asyncio.InvalidStateError`.
 */
export class InvalidStateError extends Error {
  /** `'InvalidStateError'`. */
  declare readonly name: 'InvalidStateError';

  static {
    Object.assign(this.prototype, { name: 'InvalidStateError' });
  }
}
