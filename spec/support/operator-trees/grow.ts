import {
  catchError,
  combineLatest,
  concat,
  concatMap,
  debounceTime,
  defer,
  delay,
  exhaustMap,
  finalize,
  forkJoin,
  from,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  race,
  repeat,
  retry,
  share,
  shareReplay,
  startWith,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timeout,
  timer,
} from 'rxjs';
import {
  asCompleted,
  asCompletedAll,
  asyncFinalize,
  type Awaitable,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  ALL_COMPLETED,
  gather,
  gatherAll,
  type Outcome,
  Progress,
  Semaphore,
  shield,
  Task,
  taskGroup,
  until,
  wait,
  waitAll,
  waitFor,
  type WaitResult,
  withGrace,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { type Account, anywhere, type Held, isCancelling, onePlace, Scope, somewhere } from './account';
import { Leaves, type Place, sleep } from './leaves';
import { type Branch, isLeaf, type Leaf, type Scenario, type SubjectPlan, type Tree } from './tree';

/** Grows real combinators and operators, which keep account of what goes on in them. */
export class Gardener {
  readonly account: Account;
  readonly #leaves: Leaves;
  readonly #subjects: readonly Observable<unknown>[];
  readonly #shared: readonly (Observable<unknown> | Task<unknown>)[];
  readonly tasks: Task<unknown>[] = [];
  /** What a shield lets run on. */
  readonly #detached = new Scope();

  constructor({ subjects, shared }: Scenario, account: Account) {
    this.account = account;
    this.#leaves = new Leaves(account);
    this.#subjects = subjects.map((plan) => this.#subject(plan));
    this.#shared = shared.map(({ as, tree }) => {
      if (as !== 'task') {
        const place = { scope: this.account.root, places: anywhere, direct: false, linked: true };
        return this.#connected(tree, place).pipe(
          as === 'share' ? share() : shareReplay({ bufferSize: 1, refCount: true }),
        );
      }
      const task = createTask(
        this.#own(tree, { scope: this.#detached, places: somewhere, direct: true, linked: true }),
      );
      this.tasks.push(task);
      this.account.keep(task);
      return task;
    });
  }

  /** What must have ended when everything has. */
  get running(): string[] {
    return [...this.account.root.running, ...this.#detached.running].map(({ what }) => what);
  }

  root(tree: Branch): Observable<unknown> {
    return this.#own(tree, { scope: this.account.root, places: onePlace, direct: true, linked: true });
  }

  /** As a combinator takes it. */
  #grow(tree: Tree, place: Place): Awaitable<unknown> {
    if (!isLeaf(tree)) return this.#isFunction(tree) ? this.#function(tree, place) : this.#observable(tree, place);
    if (tree.kind === 'shared') return this.#lookUp(tree, place);
    if (tree.kind === 'subject') return this.#subjects[tree.duration % this.#subjects.length] ?? of();
    return this.#leaves.grow(tree, place);
  }

  #lookUp({ duration }: Leaf, { places, linked }: Place): Observable<unknown> {
    // A tree that is shared holds none itself; in a shield nobody could say whose it is.
    const shared = places === onePlace ? this.#shared[duration % this.#shared.length] : undefined;
    return shared !== undefined && (linked || shared instanceof Task) ? shared : of('nothing is shared');
  }

  /** As an operator takes it. */
  #observable(tree: Tree, place: Place): Observable<unknown> {
    return isLeaf(tree) ? this.#observableLeaf(tree, place) : this.#branch(tree, place);
  }

  #observableLeaf(tree: Leaf, place: Place): Observable<unknown> {
    // RxJS does not tell an async iterable that it has left it.
    const leaf = this.#grow(tree, { ...place, direct: place.direct && tree.kind !== 'async iterable' });
    if (typeof leaf !== 'function') return from(leaf as Observable<unknown>);
    return this.#own({ kind: 'asCompleted', children: [tree], time: 0, limit: Infinity, fails: 'none' }, place);
  }

  #isFunction({ kind }: Branch): boolean {
    return kind === 'facade' || kind.startsWith('function');
  }

  #function(tree: Branch, place: Place): Awaitable<unknown> {
    const inner = () => this.#inner(tree, place);
    switch (tree.kind) {
      case 'facade':
        return (context) => {
          return promises.gather(this.#children(tree, this.#below(place)), context);
        };
      case 'function of an Observable':
        return () => inner();
      default:
        return ({ signal }) => {
          signal.throwIfAborted();
          return inner();
        };
    }
  }

  #inner({ children: [child] }: Branch, place: Place): Observable<unknown> {
    return this.#observable(child ?? never, place);
  }

  #below(place: Place): Place {
    return { ...place, direct: true };
  }

  #children({ children }: Branch, place: Place): Awaitable<unknown>[] {
    return children.map((child) => this.#grow(child, place));
  }

  #branch(tree: Branch, place: Place): Observable<unknown> {
    if (this.#isFunction(tree)) {
      return this.#own({ kind: 'gather', children: [tree], time: 0, limit: Infinity, fails: 'none' }, place);
    }
    return this.#piped(tree, place) ?? this.#own(tree, place);
  }

  /** Each subscription has a scope of its own, in which nothing may run any more when it ends (rule 3). */
  #own(tree: Branch, place: Place): Observable<unknown> {
    return defer(() => {
      const held = this.account.hold();
      const scope = new Scope(place.scope, /outcomes|wait/.test(tree.kind) ? held : undefined);
      const check = () => {
        this.account.checkGone(scope, tree.kind);
      };
      return this.#combined(tree, { ...place, scope }, held).pipe(
        beforeTeardown(() => (held.isOpen = false)),
        tap({ complete: check, error: check }),
      );
    });
  }

  #combined(tree: Branch, place: Place, held: Held): Observable<unknown> {
    const { kind, limit, time } = tree;
    const concurrency = limit;
    const expires = time > 0 && limit < Infinity ? { timeout: time } : {};
    const children = this.#children(tree, this.#below(place));
    switch (kind) {
      case 'gather a record':
        return gather(Object.fromEntries(children.map((child, index) => [`${index}`, child])), { concurrency });
      case 'gather lazily':
        return gather(lazily(children, time), { concurrency });
      case 'gatherAll':
        return arriving(children, time).pipe(gatherAll({ concurrency }));
      case 'outcomes':
        return gather(children, { concurrency, returnExceptions: true }).pipe(
          tap((outcomes) => {
            held.emitted = true;
            for (const outcome of outcomes) this.#outcome(outcome);
          }),
        );
      case 'asCompleted':
        return asCompleted(children, { concurrency, ...expires });
      case 'asCompleted lazily':
        return asCompleted(lazily(children, time), { concurrency: Math.min(concurrency, 2) });
      case 'asCompletedAll':
        return arriving(children, time).pipe(asCompletedAll({ concurrency, ...expires }));
      case 'completions':
        return asCompleted(children, { concurrency, ...expires, returnExceptions: true }).pipe(
          tap((outcome) => {
            this.#outcome(outcome);
          }),
        );
      case 'wait':
        return wait(children, { ...expires, returnWhen: returnWhen(limit) }).pipe(tap(this.#waited(held)));
      case 'waitAll':
        return arriving(children, time).pipe(
          waitAll({ ...expires, returnWhen: returnWhen(limit) }),
          tap(this.#waited(held)),
        );
      case 'taskGroup':
        return taskGroup((group) => Promise.all(children.map((child) => group.createTask(child))), { concurrency });
      case 'taskGroup that is cancelled':
        return taskGroup(
          async (group) => {
            for (const child of children) group.createTask(child);
            await sleep(time, group.signal).catch(() => {});
            group.cancel();
          },
          { concurrency },
        );
      case 'semaphore': {
        const semaphore = new Semaphore(limit);
        return gather(children.map((child) => semaphore.use(child)));
      }
      case 'progress':
        return gather(new Progress().watch(children), { concurrency });
      default:
        return gather(children, { concurrency });
    }
  }

  #piped(tree: Branch, place: Place): Observable<unknown> | undefined {
    const { time, children } = tree;
    const below = { ...place, direct: false };
    const inner = () => this.#inner(tree, below);
    const all = () => children.map((child) => this.#observable(child, below));
    const ticks = timer(0, time + 1).pipe(take(3));
    switch (tree.kind) {
      case 'switchMap':
        return ticks.pipe(switchMap(inner));
      case 'mergeMap':
        return ticks.pipe(mergeMap(inner));
      case 'concatMap':
        return ticks.pipe(concatMap(inner));
      case 'exhaustMap':
        return ticks.pipe(exhaustMap(inner));
      case 'take':
        return inner().pipe(take(1));
      case 'takeUntil':
        return inner().pipe(takeUntil(timer(time)));
      case 'takeUntil a subject':
        return inner().pipe(takeUntil(this.#subjects[0] ?? of()));
      case 'timeout':
        return inner().pipe(timeout({ each: time + 1 }));
      case 'retry': {
        const again = (error: unknown) => {
          this.account.found.push(error);
          return timer(time);
        };
        return inner().pipe(retry({ count: 1, delay: again }));
      }
      case 'repeat':
        return inner().pipe(repeat(2));
      case 'catchError':
        return inner().pipe(
          catchError((error: unknown) => {
            this.account.found.push(error);
            return of('caught');
          }),
        );
      case 'share':
        return this.#connected(tree, below).pipe(share());
      case 'shareReplay':
        return this.#connected(tree, below).pipe(shareReplay({ bufferSize: 1, refCount: true }));
      case 'startWith':
        return inner().pipe(startWith('first'));
      case 'delay':
        return inner().pipe(delay(time));
      case 'debounceTime':
        return inner().pipe(debounceTime(time));
      case 'finalize':
        return this.#inner(tree, place).pipe(
          finalize(() => {
            if (tree.fails !== 'none') throw this.#failed(tree, 'a finalizer', place);
          }),
        );
      case 'asyncFinalize':
        return this.#finalized(tree, place);
      case 'observer literal': {
        const source = this.#connected(tree, below);
        return new Observable((subscriber) =>
          source.subscribe({
            next: (value) => {
              subscriber.next(value);
            },
            error: (error: unknown) => {
              // It goes on while it is being subscribed to, whether anybody is left or not.
              if (subscriber.closed) this.account.found.push(error);
              else subscriber.error(error);
            },
            complete: () => {
              subscriber.complete();
            },
          }),
        );
      }
      case 'shield':
        return shield(this.#grow(children[0] ?? never, this.#shielded(place)));
      case 'waitFor':
        return defer(() => waitFor(this.#grow(children[0] ?? never, this.#below(place)), time > 0 ? time : undefined));
      // None takes as long.
      case 'withGrace':
        return defer(() => withGrace(this.#grow(children[0] ?? never, this.#below(place)), 1000));
      case 'semaphore.use':
        return defer(() => new Semaphore(1).use(this.#grow(children[0] ?? never, this.#below(place))));
      case 'until':
        return until(inner(), time);
      case 'race':
        return race(all());
      case 'concat':
        return concat(...all());
      case 'merge':
        return merge(...all());
      case 'forkJoin':
        return forkJoin(all());
      case 'combineLatest':
        return combineLatest(all());
      default:
        return undefined;
    }
  }

  /**
   * What several may be connected to has no link to those above it. So where it is dropped, or ends, with nobody of ours
   * cancelling just then, nobody can be asked to wait for what is left below.
   */
  #connected(tree: Branch, place: Place): Observable<unknown> {
    return defer(() => {
      const scope = new Scope(place.scope);
      const below = { ...place, scope, direct: false, linked: false };
      const source =
        tree.children.length > 0 && this.#isConnecting(tree) ? this.#inner(tree, below) : this.#own(tree, below);
      return source.pipe(
        beforeTeardown(() => {
          if (!isCancelling()) scope.letGo();
        }),
      );
    });
  }

  #isConnecting({ kind }: Branch): boolean {
    return kind === 'share' || kind === 'shareReplay' || kind === 'observer literal';
  }

  #shielded({ scope, places }: Place): Place {
    const heldBack = scope.isHeld || places === anywhere;
    return { scope: this.#detached, places: heldBack ? anywhere : somewhere, direct: true, linked: true };
  }

  #finalized(tree: Branch, place: Place): Observable<unknown> {
    const { time, fails, limit } = tree;
    const failed = () => this.#failed(tree, 'an asynchronous finalizer', { ...place, direct: true });
    const callback =
      limit === 1 && fails !== 'none' ?
        () => {
          throw failed();
        }
      : async () => {
          const run = place.scope.start('an asynchronous finalizer');
          await sleep(time);
          run.end();
          if (fails !== 'none') throw failed();
        };
    return this.#inner(tree, { ...place, direct: true }).pipe(asyncFinalize(callback));
  }

  #failed({ fails }: Branch, what: string, { scope, places, direct }: Place): unknown {
    const found =
      fails === 'AbortError' ? anywhere
      : direct ? places
      : { ...places, least: 0 };
    return this.account.failure(what, this.account.newError(fails === 'none' ? 'error' : fails, what), found, scope);
  }

  #outcome(outcome: Outcome<unknown>): void {
    if (outcome.status === 'rejected') this.account.found.push(outcome.reason);
  }

  #waited(held: Held): (result: WaitResult<unknown>) => void {
    return ({ done, pending }) => {
      held.emitted = true;
      for (const task of done) if (task.status === 'rejected') this.account.found.push(task.exception());
      for (const task of pending) this.account.keep(task);
    };
  }

  #subject({ next, end, fails }: SubjectPlan): Observable<unknown> {
    const subject = new Subject<unknown>();
    setTimeout(() => {
      subject.next('from a subject');
    }, next);
    setTimeout(() => {
      if (!fails) subject.complete();
      else
        subject.error(
          this.account.failure('a subject', this.account.newError('error', 'a subject'), anywhere, this.#detached),
        );
    }, end);
    return subject;
  }
}

const never: Tree = { kind: 'never', duration: 0, fails: 'none', cleanup: 0, ending: 'reason' };

/** Like `finalize`, but called before what is below is torn down. */
function beforeTeardown<T>(callback: () => void): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      subscriber.add(callback);
      source.subscribe(subscriber);
    });
}

function returnWhen(limit: number): typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED {
  if (limit === 1) return FIRST_COMPLETED;
  return limit === 2 ? FIRST_EXCEPTION : ALL_COMPLETED;
}

/** From a generator, or an asynchronous one. */
function lazily(children: readonly Awaitable<unknown>[], time: number): Iterable<Awaitable<unknown>> {
  if (time === 0) return children;
  return (async function* () {
    for (const child of children) {
      await sleep(time);
      // It would wait for a Task.
      yield 'then' in child ? () => child : child;
    }
  })() as unknown as Iterable<Awaitable<unknown>>;
}

function arriving(children: readonly Awaitable<unknown>[], time: number): Observable<Awaitable<unknown>> {
  return time === 0 ?
      of(...children)
    : timer(0, time).pipe(
        take(children.length),
        map((index) => children[index] ?? of()),
      );
}
