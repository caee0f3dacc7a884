import { asyncScheduler } from 'rxjs';
import type { Cleanup } from '../cleanup/failures.js';
import type { TellPlace } from '../cleanup/inspector.js';
import type { End, Ended } from './end.js';
import type { TaskNode, TaskNodeStatus } from './task-node.js';
import { Waits } from './waits.js';

/** Combinators of many. */
const counting = /^(gather|asCompleted|wait)(All)?$|^taskGroup$/;

/** What is known of something that runs. */
export class Node implements TaskNode {
  readonly name: string;
  kind: string;
  /** Whether its parent waits for it: not so for a Task that was merely created there. */
  isPart: boolean;
  total: number | undefined;
  place: string | undefined;
  /** What all is below that is in the same tree. */
  readonly root: Node;
  /** That of the root is its own. */
  #parent: Node = this;
  #ended = 0;
  readonly #children = new Set<Node>();
  readonly waits = new Waits<Node>(this);
  /** How many cleanups it still waits for. */
  #held = 0;
  /** Unlike what waits, what is unstarted may never be started. */
  #status: TaskNodeStatus | 'unstarted' = 'unstarted';
  #since = asyncScheduler.now();
  /** How it has ended, which may be told only when all is cleaned up. */
  #end: End | undefined;
  readonly #toTell: ((end: End) => void)[] = [];

  constructor(name: string, kind: string, parent?: Node, isPart = true) {
    this.name = name;
    this.kind = kind;
    this.isPart = isPart;
    this.root = parent?.root ?? this;
    if (parent !== undefined) this.moveTo(parent);
    // What runs for nobody waits for nothing.
    else this.waits.end();
  }

  get isOver(): boolean {
    return this.hasEnded && this.#held === 0;
  }

  /** It may still clean up. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  get status(): TaskNodeStatus {
    if (this.#status === 'running' && this.#onlyCleansUp) return 'cleaning up';
    return this.#status === 'unstarted' ? 'waiting' : this.#status;
  }

  get elapsed(): number {
    const elapsed = asyncScheduler.now() - this.#since;
    if (this.#status !== 'running' || !this.#onlyCleansUp) return elapsed;
    // Since the last of them began to.
    return [...this.#children].reduce((least, child) => Math.min(least, child.elapsed), elapsed);
  }

  get done(): number | undefined {
    return counting.test(this.kind) ? this.#ended : undefined;
  }

  get parent(): Node | undefined {
    return this.above.isRoot ? undefined : this.above;
  }

  /** The nearest that is still there. */
  get above(): Node {
    while (this.#parent.isOver) this.#parent = this.#parent.#parent;
    return this.#parent;
  }

  get isRoot(): boolean {
    return this.#parent === this;
  }

  get children(): readonly Node[] {
    return [...this.#children];
  }

  get waitsFor(): readonly Node[] {
    return this.waits.all.filter((node) => node.above !== this);
  }

  moveTo(parent: Node): void {
    this.#parent.#children.delete(this);
    this.#parent = parent;
    parent.#children.add(this);
  }

  /** One of its awaitables has ended. */
  count(): void {
    this.#ended++;
  }

  become(status: 'waiting' | 'running' | 'cleaning up'): void {
    if (this.#status === status || this.#end !== undefined) return;
    this.#status = status;
    this.#since = asyncScheduler.now();
  }

  remote(): TellPlace {
    return (status, place) => {
      // Told to clean up, it does so there.
      if (this.#status !== 'cleaning up') this.become(status);
      this.place = place;
    };
  }

  /** It is not over before that is. */
  hold(cleanup: Cleanup): void {
    this.become('cleaning up');
    this.#held++;
    void cleanup.then(() => {
      this.#held--;
      this.#leave();
    });
  }

  end(status: Ended, outcome?: unknown): void {
    this.#end ??= { status, outcome };
    this.#leave();
  }

  /** Whether somebody is to be told of its end. */
  get isToldOf(): boolean {
    return this.#toTell.length > 0;
  }

  /** Calls `tell` once, when it is over. */
  whenOver(tell: (end: End) => void): void {
    this.#toTell.push(tell);
  }

  #leave(): void {
    const end = this.#end;
    if (end === undefined || this.#held > 0) return;
    this.#status = end.status;
    this.#since = asyncScheduler.now();
    this.#parent.#children.delete(this);
    this.waits.end();
    for (const child of this.#children) {
      // What never started goes with it, what goes on does so for whoever it ran for.
      if (child.#status === 'unstarted') child.end('cancelled');
      else child.moveTo(this.above);
    }
    for (const tell of this.#toTell.splice(0)) tell(end);
  }

  get #onlyCleansUp(): boolean {
    return this.#children.size > 0 && [...this.#children].every(({ status }) => status === 'cleaning up');
  }
}
