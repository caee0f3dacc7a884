import { createTask, gather } from 'rx-asyncio';
import { mergeMap, type Observable, of, Subject } from 'rxjs';
import { log } from '../support/log';
import { failing, type Structure, structures } from '../support/structures';

// Nested by a program that recurses: the stack is finite, and how much of it is left depends on what the compiler has made of the
// code so far. So these depths are well below the greatest, and far beyond it.

const deep = 200;
const tooDeep = 20_000;

type Way = readonly [name: string, wrap: (inner: Observable<unknown>) => Observable<unknown>];

const wayOf = ({ name, run }: Structure): Way => [name, (inner) => run([inner])];
const belowAnOperator: Way = ['gather below an operator', (inner) => of(0).pipe(mergeMap(() => gather([inner])))];
const ofTasks: Way = ['gather of a Task', (inner) => gather([createTask(inner)])];

function nest(depth: number, wrap: Way[1], innermost: Observable<unknown>): Observable<unknown> {
  let all = innermost;
  for (let level = 0; level < depth; level++) all = wrap(all);
  return all;
}

describe.each([...structures.map(wayOf), belowAnOperator, ofTasks])('%s, nested deep', (_, wrap) => {
  it('passes on what is there at once', () => {
    expect(log(nest(deep, wrap, of('a')))).toHaveLength(2);
  });

  it('passes on what comes later', () => {
    const source = new Subject<string>();
    const seen = log(nest(deep, wrap, source));
    source.next('a');
    source.complete();
    expect(seen).toHaveLength(2);
  });

  it('is cancelled down to the innermost', () => {
    const source = new Subject<string>();
    nest(deep, wrap, source).subscribe().unsubscribe();
    expect(source.observed).toBe(false);
  });
});

describe.each([...failing.map(wayOf), belowAnOperator])('%s, nested too deep', (_, wrap) => {
  it('says so, and leaves nothing behind', () => {
    const source = new Subject<string>();
    expect(log(nest(tooDeep, wrap, source))).toEqual([expect.any(RangeError)]);
    expect(source.observed).toBe(false);
    expect(log(nest(deep, wrap, of('a')))).toHaveLength(2);
  });
});
