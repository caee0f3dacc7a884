import type { Observable, Subscriber } from 'rxjs';
import type { Execution, Host } from '../awaitable/execution.js';
import { isListenable, type Listenable } from '../awaitable/source.js';
import type { Awaitable } from '../awaitable/types.js';
import type { Cleanup } from '../cleanup/failures.js';
import type { Inspector, TellPlace } from '../cleanup/inspector.js';
import { findServed } from '../cleanup/links.js';
import { keyIn, kindOf } from './naming.js';
import { Followed } from './followed.js';
import { Node } from './node.js';
import { Passing } from './passing.js';
import { type Observer, Watch } from './watch.js';
import { Watched } from './watched.js';

type TaskLike = Listenable & { readonly name: string };

/** Of a Task that nobody has but who has made it: it is shown as what it runs, when that is known. */
const unknownKind = 'awaitable';

/** Keeps the tree of what runs. Parents are known from what is subscribed to for whom, and from what is on the stack. */
export class LiveInspector implements Inspector {
  /** Of what runs for nobody. */
  readonly root = new Node('', '');
  /** How many look at it. */
  views = 0;
  /** Who is told of what begins. */
  readonly observers = new Set<Observer>();
  readonly followed = new Followed();
  readonly #watch = new Watch(this.root, this.observers);
  readonly #tasks = new WeakMap<object, Node>();
  /** Tasks by what runs them. */
  readonly #lives = new WeakMap<object, Node>();
  readonly #subscribers = new WeakMap<object, Node>();

  subscribe<T>(kind: string, source: Observable<T>, subscriber: Subscriber<T>): void {
    const found = this.#subscribers.get(subscriber);
    // An awaitable that is nothing but this combinator is shown as one thing.
    const isSame = found !== undefined && !found.isOver && found.kind === 'Observable';
    const node = isSame ? found : new Node(kind, kind, this.#above(subscriber));
    node.kind = kind;
    const passing = new Passing(subscriber, node, this.#watch, !isSame);
    this.#subscribers.set(passing, node);
    // A place in a line is all that it has for now.
    node.become(kind.startsWith('semaphore.') ? 'waiting' : 'running');
    passing.follow(source);
  }

  prepare<A, H, E>(make: (awaitable: A, host: H, index: number) => E, awaitable: A, host: H, index: number): E {
    const watched = new Watched(host as Host<unknown>, index, this.#watch);
    const execution = make(awaitable, watched as H, index);
    this.#show(watched, execution as Execution, awaitable as Awaitable<unknown>, host as Host<unknown>);
    return watched as E;
  }

  #show(watched: Watched<unknown>, execution: Execution, awaitable: Awaitable<unknown>, host: Host<unknown>): void {
    const task = this.#lives.get(host);
    const above = task ?? this.#servedBy(host.subscriber) ?? this.#current;
    if (isListenable(awaitable)) {
      const left = above.waits.add(this.#nodeOf(awaitable as Listenable as TaskLike).waits);
      const told = () => {
        left();
        above.count();
      };
      watched.show(execution, { node: task, isTask: true, told, left });
      return;
    }
    above.become('running');
    if (task?.kind === unknownKind) task.kind = kindOf(awaitable);
    const node = task ?? new Node(keyIn(awaitable, watched), kindOf(awaitable), above);
    this.#subscribers.set(execution, node);
    const told = () => {
      above.count();
    };
    watched.show(execution, { node, isTask: task !== undefined, told, left: () => {} });
  }

  expect(total: number): void {
    this.#current.total = total;
  }

  created(task: object, life: object, isPrivate: boolean): void {
    this.#lives.set(life, this.#add(task as TaskLike, this.#current, isPrivate));
  }

  adopt(task: object, subscriber: Subscriber<unknown>): void {
    const node = this.#nodeOf(task as TaskLike);
    const above = this.#servedBy(subscriber);
    if (above === undefined) return;
    node.moveTo(above);
    node.isPart = true;
    if (above.kind === 'taskGroup') above.total = (above.total ?? 0) + 1;
  }

  awaited(task: object, subscriber?: Subscriber<unknown>): void {
    const node = this.#nodeOf(task as TaskLike);
    const forget = this.#above(subscriber).waits.add(node.waits);
    subscriber?.add(forget);
  }

  closing(subscriber: Subscriber<unknown> | undefined): void {
    this.#servedBy(subscriber)?.become('cleaning up');
  }

  remote(): TellPlace {
    return this.#current.remote();
  }

  left(cleanup: Cleanup): void {
    this.#watch.left(cleanup);
  }

  get #current(): Node {
    return this.#watch.current ?? this.root;
  }

  #nodeOf(task: TaskLike): Node {
    const node = this.#tasks.get(task);
    if (node !== undefined) return node;
    // It has been there before, and is found where somebody waits for it.
    const found = this.#add(task, this.root, false);
    found.become('running');
    return found;
  }

  #add(task: TaskLike, above: Node, isPrivate: boolean): Node {
    const node = new Node(task.name, isPrivate ? unknownKind : 'Task', above, isPrivate);
    this.#tasks.set(task, node);
    this.followed.add(task, node);
    return node;
  }

  /** The more exact one of two answers: who is on the stack, and who serves the subscriber. */
  #above(subscriber: Subscriber<unknown> | undefined): Node {
    const served = this.#servedBy(subscriber);
    const current = this.#current;
    return served === undefined || isWithin(current, served) ? current : served;
  }

  #servedBy(subscriber: object | undefined): Node | undefined {
    const found = findServed(subscriber, (each) => this.#subscribers.get(each)?.isOver === false);
    return found && this.#subscribers.get(found);
  }
}

function isWithin(node: Node, other: Node): boolean {
  while (node !== other && !node.isRoot) node = node.above;
  return node === other;
}
