import { Observable, of, Subject, throwError } from 'rxjs';
import { asCompleted, asCompletedAll, type Awaitable, createTask, gather, gatherAll, wait, waitAll } from 'rx-asyncio';
import { arraySteps } from './support/array-steps';

// The width of the tree that joins them is 128, so these are its first level, the second and the third.
const counts = [128, 129, 128 * 128, 128 * 128 + 1];

const failure = new Error('failed');

/** Sources that end when told, and that count those subscribed to. */
class Sources {
  readonly #subjects: Subject<number>[];

  constructor(count: number) {
    this.#subjects = Array.from({ length: count }, () => new Subject<number>());
  }

  get all(): readonly Observable<number>[] {
    return this.#subjects;
  }

  get subscribed(): number {
    return this.#subjects.filter((subject) => subject.observed).length;
  }

  end(index: number): void {
    this.#subjects[index]?.next(index);
    this.#subjects[index]?.complete();
  }

  endAll(order: 'in order' | 'in reverse'): void {
    const last = this.#subjects.length - 1;
    for (let n = 0; n <= last; n++) this.end(order === 'in order' ? n : last - n);
  }

  fail(index: number): void {
    this.#subjects[index]?.error(failure);
  }
}

/** Everything that is emitted, with the error last. */
function log(result: Observable<unknown>): { readonly emitted: unknown[]; readonly unsubscribe: () => void } {
  const emitted: unknown[] = [];
  const subscription = result.subscribe({
    next: (value) => emitted.push(value),
    error: (error: unknown) => emitted.push(error),
    complete: () => emitted.push('complete'),
  });
  return {
    emitted,
    unsubscribe: () => {
      subscription.unsubscribe();
    },
  };
}

type Combinator = (sources: readonly Awaitable<number>[]) => Observable<unknown>;

const combinators: [string, Combinator][] = [
  ['gather', (sources) => gather(sources)],
  ['gather with returnExceptions', (sources) => gather(sources, { returnExceptions: true })],
  ['gather with concurrency', (sources) => gather(sources, { concurrency: sources.length })],
  ['gatherAll', (sources) => of(...sources).pipe(gatherAll())],
  ['asCompleted', (sources) => asCompleted(sources)],
  ['asCompleted with concurrency', (sources) => asCompleted(sources, { concurrency: sources.length })],
  ['asCompletedAll', (sources) => of(...sources).pipe(asCompletedAll())],
  ['wait', (sources) => wait(sources)],
  ['waitAll', (sources) => of(...sources).pipe(waitAll())],
];

describe.each(counts)('%i sources', (count) => {
  const indices = Array.from({ length: count }, (_, index) => index);

  it('come out of gather in input order, however they end', () => {
    const sources = new Sources(count);
    const { emitted } = log(gather(sources.all));
    sources.endAll('in reverse');
    expect(emitted).toEqual([indices, 'complete']);
  });

  it('come out of asCompleted in the order in which they end', () => {
    const sources = new Sources(count);
    const { emitted } = log(asCompleted(sources.all));
    sources.endAll('in reverse');
    expect(emitted).toEqual([...indices.reverse(), 'complete']);
    indices.reverse();
  });

  it('come out of asCompleted in input order when they are synchronous', () => {
    expect(log(asCompleted(indices.map((index) => of(index)))).emitted).toEqual([...indices, 'complete']);
  });

  it.each(combinators)('are all subscribed to by %s, and all unsubscribed from early', (_title, combine) => {
    const sources = new Sources(count);
    const { emitted, unsubscribe } = log(combine(sources.all));
    expect(sources.subscribed).toBe(count);
    unsubscribe();
    expect(sources.subscribed).toBe(0);
    expect(emitted).toEqual([]);
  });

  it.each<[string, Combinator]>([
    ['gather', (sources) => gather(sources)],
    ['gather with concurrency', (sources) => gather(sources, { concurrency: count })],
    ['gatherAll', (sources) => of(...sources).pipe(gatherAll())],
    ['asCompleted', (sources) => asCompleted(sources)],
    ['asCompleted with concurrency', (sources) => asCompleted(sources, { concurrency: count })],
    ['asCompletedAll', (sources) => of(...sources).pipe(asCompletedAll())],
  ])('are all unsubscribed from by %s when the last of them fails', (_title, combine) => {
    const sources = new Sources(count);
    const { emitted } = log(combine(sources.all));
    sources.fail(count - 1);
    expect(emitted).toEqual([failure]);
    expect(sources.subscribed).toBe(0);
  });

  it.each<[string, Combinator]>([
    ['gather', (sources) => gather(sources)],
    ['gather with concurrency', (sources) => gather(sources, { concurrency: count })],
    ['gatherAll', (sources) => of(...sources).pipe(gatherAll())],
    ['asCompleted', (sources) => asCompleted(sources)],
    ['asCompleted with concurrency', (sources) => asCompleted(sources, { concurrency: count })],
    ['asCompletedAll', (sources) => of(...sources).pipe(asCompletedAll())],
  ])('are not started by %s after the first of them failed at once', (_title, combine) => {
    const started: number[] = [];
    const source = new Observable<number>(() => {
      started.push(1);
    });
    const failing = throwError(() => failure);
    const { emitted } = log(combine([failing, ...Array.from({ length: count - 1 }, () => source)]));
    expect(emitted).toEqual([failure]);
    expect(started).toEqual([]);
  });
});

describe('the number of steps to finish n sources is linear in n', () => {
  const n = 20_000;

  /** The steps it takes to end all of `count` sources, once all are running. */
  function stepsToEnd(combine: Combinator, count: number, order: 'in order' | 'in reverse'): number {
    const sources = new Sources(count);
    const { emitted } = log(combine(sources.all));
    const steps = arraySteps(() => {
      sources.endAll(order);
    });
    expect(emitted.at(-1)).toBe('complete');
    return steps;
  }

  it('unlike a measure that cannot tell: a flat search takes four times as many for twice the sources', () => {
    const search = (count: number) =>
      arraySteps(() => {
        const array = Array.from({ length: count }, (_, index) => index);
        for (let last = count - 1; last >= 0; last--) array.splice(array.indexOf(last), 1);
      });
    expect(search(2000) / search(1000)).toBeCloseTo(4, 1);
  });

  describe.each(combinators)('with %s', (_title, combine) => {
    it.each(['in order', 'in reverse'] as const)('that end %s', (order) => {
      const steps = stepsToEnd(combine, n, order);
      const twice = stepsToEnd(combine, 2 * n, order);
      expect(steps).toBeLessThan(300 * n);
      expect(twice).toBeLessThan(2.1 * steps + 1000);
    });
  });

  it.each(combinators)('with %s of Tasks', (_title, combine) => {
    const stepsWithTasks = (count: number) =>
      stepsToEnd((sources) => combine(sources.map((source) => createTask(source))), count, 'in reverse');
    const steps = stepsWithTasks(n);
    expect(steps).toBeLessThan(300 * n);
    expect(stepsWithTasks(2 * n)).toBeLessThan(2.1 * steps + 1000);
  });
});
