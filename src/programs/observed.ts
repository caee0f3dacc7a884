interface Settling<T> {
  readonly promise: Observed<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** A Promise that knows whether anybody has asked it for its outcome. */
export class Observed<T> extends Promise<T> {
  isObserved = false;

  // What is made of it is a Promise like any other.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static make<T>(): Settling<T> {
    let settle!: Omit<Settling<T>, 'promise'>;
    const promise = new Observed<T>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // Whoever has made it tells of a failure that nobody observes.
    promise.#hear();
    return { promise, ...settle };
  }

  /** `await` calls it, too, since it is no plain Promise. */
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isObserved = true;
    return super.then(onFulfilled, onRejected);
  }

  #hear(): void {
    void super.then(undefined, () => {});
  }
}
