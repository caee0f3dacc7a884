import { Observable, of, Subject, throwError } from 'rxjs';
import { asCompleted, asCompletedAll, type Awaitable, createTask, gather, gatherAll, wait, waitAll } from 'rx-asyncio';
import { arraySteps } from '../support/array-steps';

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

const plain: [string, Combinator][] = [
  ['gather', (sources) => gather(sources)],
  ['asCompleted', (sources) => asCompleted(sources)],
  ['wait', (sources) => wait(sources)],
];

const others: [string, Combinator][] = [
  ['gather with returnExceptions', (sources) => gather(sources, { returnExceptions: true })],
  ['gather with concurrency', (sources) => gather(sources, { concurrency: sources.length })],
  ['gatherAll', (sources) => of(...sources).pipe(gatherAll())],
  ['gatherAll with concurrency', (sources) => of(...sources).pipe(gatherAll({ concurrency: sources.length }))],
  ['asCompleted with concurrency', (sources) => asCompleted(sources, { concurrency: sources.length })],
  ['asCompletedAll', (sources) => of(...sources).pipe(asCompletedAll())],
  [
    'asCompletedAll with concurrency',
    (sources) => of(...sources).pipe(asCompletedAll({ concurrency: sources.length })),
  ],
  ['waitAll', (sources) => of(...sources).pipe(waitAll())],
];

const waiting: [string, Combinator][] = [
  ['gatherAll', (sources) => of(...sources).pipe(gatherAll({ concurrency: 1 }))],
  ['asCompletedAll', (sources) => of(...sources).pipe(asCompletedAll({ concurrency: 1 }))],
];

const failing = ([title]: [string, Combinator]) => !/wait|returnExceptions/.test(title);

// The tree that joins them is 128 wide: these fill its first level, and need its second and its third.
describe.each<[number, [string, Combinator][]]>([
  [128, plain],
  [128 + 1, [...plain, ...others]],
  [128 * 128 + 1, plain],
])('%i sources', (count, combinators) => {
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
    expect(emitted).toEqual([...[...indices].reverse(), 'complete']);
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

  it.each(combinators.filter(failing))('are all unsubscribed from by %s when the last fails', (_title, combine) => {
    const sources = new Sources(count);
    const { emitted } = log(combine(sources.all));
    sources.fail(count - 1);
    expect(emitted).toEqual([failure]);
    expect(sources.subscribed).toBe(0);
  });

  it.each(combinators.filter(failing))('are not started by %s after the first failed at once', (_title, combine) => {
    const started: string[] = [];
    const source = new Observable<number>(() => {
      started.push('started');
    });
    const rest = Array.from({ length: count - 1 }, () => source);
    const { emitted } = log(combine([throwError(() => failure), ...rest]));
    expect(emitted).toEqual([failure]);
    expect(started).toEqual([]);
  });
});

/** What it takes to end all of `count` sources, once all are running. */
function stepsToEnd(combine: Combinator, count: number, order: 'in order' | 'in reverse') {
  const sources = new Sources(count);
  const { emitted } = log(combine(sources.all));
  const taken = arraySteps(() => {
    sources.endAll(order);
  });
  expect(emitted.at(-1)).toBe('complete');
  return taken;
}

describe('the number of steps to finish n sources is linear in n', () => {
  // Mutants are judged by fewer, which tell a line from a square as well (jest.mutation.config.js).
  const n = (globalThis as { sourcesToCount?: number }).sourcesToCount ?? 20_000;

  function expectLinear(combine: Combinator, count: number, order: 'in order' | 'in reverse'): void {
    const { steps } = stepsToEnd(combine, count, order);
    expect(steps).toBeLessThan(300 * count);
    expect(stepsToEnd(combine, 2 * count, order).steps).toBeLessThan(2.1 * steps + 1000);
  }

  it('unlike a measure that cannot tell: a flat search takes four times as many for twice the sources', () => {
    const search = (count: number) =>
      arraySteps(() => {
        const array = Array.from({ length: count }, (_, index) => index);
        for (let last = count - 1; last >= 0; last--) array.splice(array.indexOf(last), 1);
      });
    expect(search(2000).steps / search(1000).steps).toBeCloseTo(4, 1);
    expect(search(2000).longest).toBe(2000);
  });

  it.each(plain)('with %s, in order and in reverse', (_title, combine) => {
    expectLinear(combine, n, 'in order');
    expectLinear(combine, n, 'in reverse');
  });

  it.each(others)('with %s, in reverse', (_title, combine) => {
    expectLinear(combine, n / 4, 'in reverse');
  });

  it.each(waiting)('with %s, where all but one wait for their turn', (_title, combine) => {
    expectLinear(combine, n, 'in order');
  });

  it.each(plain)('with %s of Tasks, in reverse', (_title, combine) => {
    expectLinear((sources) => combine(sources.map((source) => createTask(source))), n / 4, 'in reverse');
  });

  it.each(plain)(
    'with %s of so many that even their groups are many: no search is among more than 128',
    (_title, combine) => {
      expect(stepsToEnd(combine, 140 * 128, 'in reverse').longest).toBeLessThan(128 + 10);
    },
  );
});
