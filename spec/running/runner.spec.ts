import { defer, Observable, of, type OperatorFunction, Subject, Subscription, throwError } from 'rxjs';
import { asCompleted, asCompletedAll, createTask, gather, gatherAll } from 'rx-asyncio';
import { arraySteps } from '../support/array-steps';
import { log } from '../support/log';
import { eager, lasting, limited, pipeables, type Structure, withOutcomes } from '../support/structures';

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

const withConcurrency = limited.map(({ name, run, shows }): Structure => ({
  name: `${name} with concurrency`,
  run: (sources) => run(sources, { concurrency: sources.length }),
  shows,
}));

const others = [...pipeables, ...withOutcomes, ...withConcurrency];

const failsFast = (structure: Structure) => !lasting.includes(structure);

// A group is 1,024 wide: these fill one, need a second, and many.
describe.each<[number, readonly Structure[]]>([
  [1024, eager],
  [1024 + 1, [...eager, ...others]],
  [16 * 1024 + 1, eager],
])('%i sources', (count, tested) => {
  const indices = Array.from({ length: count }, (_, index) => index);

  it('come out of gather in input order, however they end', () => {
    const sources = new Sources(count);
    const emitted = log(gather(sources.all));
    sources.endAll('in reverse');
    expect(emitted).toEqual([indices, 'complete']);
  });

  it('come out of asCompleted in the order in which they end', () => {
    const sources = new Sources(count);
    const emitted = log(asCompleted(sources.all));
    sources.endAll('in reverse');
    expect(emitted).toEqual([...[...indices].reverse(), 'complete']);
  });

  it('come out of asCompleted in input order when they are synchronous', () => {
    expect(log(asCompleted(indices.map((index) => of(index))))).toEqual([...indices, 'complete']);
  });

  it.each(tested)('are all subscribed to by $name, and all unsubscribed from early', ({ run }) => {
    const sources = new Sources(count);
    const subscription = new Subscription();
    const emitted = log(run(sources.all), subscription);
    expect(sources.subscribed).toBe(count);
    subscription.unsubscribe();
    expect(sources.subscribed).toBe(0);
    expect(emitted).toEqual([]);
  });

  it.each(tested.filter(failsFast))('are all unsubscribed from by $name when the last fails', ({ run }) => {
    const sources = new Sources(count);
    const emitted = log(run(sources.all));
    sources.fail(count - 1);
    expect(emitted).toEqual([failure]);
    expect(sources.subscribed).toBe(0);
  });

  it.each(tested.filter(failsFast))('are not started by $name after the first failed at once', ({ run }) => {
    const started = jest.fn();
    const source = new Observable<number>(started);
    const emitted = log(run([throwError(() => failure), ...Array.from({ length: count - 1 }, () => source)]));
    expect(emitted).toEqual([failure]);
    expect(started).not.toHaveBeenCalled();
  });
});

/** What it takes to end all of `count` sources, once all are running. */
function stepsToEnd(run: Structure['run'], count: number, order: 'in order' | 'in reverse') {
  const sources = new Sources(count);
  const emitted = log(run(sources.all));
  const taken = arraySteps(() => {
    sources.endAll(order);
  });
  expect(emitted.at(-1)).toBe('complete');
  return taken;
}

it.each([gatherAll, asCompletedAll])('what is being started takes its place by then: %p', (operator) => {
  const source = new Subject<Observable<string>>();
  const order: string[] = [];
  const second = defer(() => (order.push('second starts'), of('second')));
  const first = new Observable<string>((subscriber) => {
    order.push('first starts');
    source.next(second);
    source.complete();
    order.push('first ends');
    subscriber.next('first');
    subscriber.complete();
  });
  source.pipe(operator({ concurrency: 1 }) as OperatorFunction<Observable<string>, unknown>).subscribe();
  source.next(first);
  expect(order).toEqual(['first starts', 'first ends', 'second starts']);
});

describe('the number of steps to finish n sources is linear in n', () => {
  // Mutants are judged by fewer, which tell a line from a square as well (jest.mutation.config.js).
  const n = (globalThis as { sourcesToCount?: number }).sourcesToCount ?? 20_000;

  function expectLinear(run: Structure['run'], count: number, order: 'in order' | 'in reverse'): void {
    const { steps } = stepsToEnd(run, count, order);
    expect(steps).toBeLessThan(300 * count);
    expect(stepsToEnd(run, 2 * count, order).steps).toBeLessThan(2.1 * steps + 1000);
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

  it.each(eager)('with $name, in order and in reverse', ({ run }) => {
    expectLinear(run, n, 'in order');
    expectLinear(run, n, 'in reverse');
  });

  it.each(others)('with $name, in reverse', ({ run }) => {
    expectLinear(run, n / 4, 'in reverse');
  });

  it.each(limited)('with $name, where all but one wait for their turn', ({ run }) => {
    expectLinear((sources) => run(sources, { concurrency: 1 }), n, 'in order');
  });

  it.each(eager)('with $name of Tasks, in reverse', ({ run }) => {
    expectLinear((sources) => run(sources.map((source) => createTask(source))), n / 4, 'in reverse');
  });

  it.each(eager)('with $name, since a search is among the groups, not among the sources', ({ run }) => {
    expect(stepsToEnd(run, 20 * 1024, 'in reverse').longest).toBeLessThan(20 + 10);
  });
});
