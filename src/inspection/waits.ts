/** Whom something waits for, and who waits for it: both know of it until one of them is over. */
export class Waits<T> {
  readonly #owner: T;
  readonly #awaited = new Set<Waits<T>>();
  readonly #waiting = new Set<Waits<T>>();
  #isOver = false;

  constructor(owner: T) {
    this.#owner = owner;
  }

  get all(): readonly T[] {
    return [...this.#awaited].map((other) => other.#owner);
  }

  /** Until what it returns is called. */
  add(other: Waits<T>): () => void {
    if (!this.#isOver && !other.#isOver) {
      this.#awaited.add(other);
      other.#waiting.add(this);
    }
    return () => {
      this.#forget(other);
    };
  }

  end(): void {
    this.#isOver = true;
    for (const other of this.#awaited) this.#forget(other);
    for (const other of this.#waiting) other.#forget(this);
  }

  #forget(other: Waits<T>): void {
    this.#awaited.delete(other);
    other.#waiting.delete(this);
  }
}
