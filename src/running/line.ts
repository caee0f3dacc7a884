/** First in, first out, where one may also leave from the middle; all in constant time, which an array cannot do. */
export class Line<T> {
  readonly #ends = new Place<T | undefined>(undefined);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Place<T> | undefined {
    return this.#length === 0 ? undefined : (this.#ends.behind as Place<T>);
  }

  /** At the end. */
  join(item: T): Place<T> {
    const place = new Place<T | undefined>(item);
    place.ahead = this.#ends.ahead;
    place.behind = this.#ends;
    place.ahead.behind = place;
    this.#ends.ahead = place;
    this.#length++;
    return place as Place<T>;
  }

  /** Has no effect on one that has left. */
  leave(place: Place<T>): void {
    if (place.ahead === place) return;
    place.ahead.behind = place.behind;
    place.behind.ahead = place.ahead;
    place.ahead = place.behind = place;
    this.#length--;
  }
}

/** A place in a {@link Line}: one that is in none is linked to itself. */
export class Place<T> {
  ahead: Place<T> = this;
  behind: Place<T> = this;

  constructor(readonly item: T) {}
}
