import { AsyncPipe } from '@angular/common';
import {
  ApplicationRef,
  Component,
  ErrorHandler,
  inject,
  PendingTasks,
  provideBrowserGlobalErrorListeners,
  resource,
} from '@angular/core';
import { rxResource, takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { TestBed } from '@angular/core/testing';
import { config, NEVER, Observable, of, Subject } from 'rxjs';
import { asCompleted, type CoroutineContext, createTask, gather, isCancellation } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { destroySignal } from './app/destroy-signal';

/** A source that says when it is unsubscribed. */
function source() {
  const log: string[] = [];
  const source = new Observable<string>((subscriber) => {
    log.push('started');
    subscriber.next('here');
    return () => log.push('cancelled');
  });
  return { log, source };
}

/** A coroutine function that says when it is aborted. */
function coroutine() {
  const log: string[] = [];
  const run = ({ signal }: CoroutineContext) =>
    new Promise<string>((_, reject) => {
      log.push('started');
      signal.addEventListener('abort', () => {
        log.push('cancelled');
        reject(signal.reason as Error);
      });
    });
  return { log, run };
}

function create<T>(component: new () => T) {
  const fixture = TestBed.createComponent(component);
  return { component: fixture.componentInstance, fixture };
}

describe('what to use where', () => {
  const errors: unknown[] = [];

  beforeEach(() => {
    errors.length = 0;
    TestBed.configureTestingModule({
      providers: [
        provideBrowserGlobalErrorListeners(),
        { provide: ErrorHandler, useValue: { handleError: (error: unknown) => errors.push(error) } },
      ],
      rethrowApplicationErrors: false,
    });
  });

  const tick = () => new Promise((resolve) => setTimeout(resolve));

  describe('in a template', () => {
    it('a Task is taken for a Promise by the async pipe: leaving cancels nothing, and cancelling is an error', async () => {
      const { log, run } = coroutine();
      @Component({ template: `{{ task | async }}`, imports: [AsyncPipe] })
      class Wrong {
        readonly task = createTask(run);
      }
      const { component, fixture } = create(Wrong);
      await fixture.whenStable();
      fixture.destroy();
      expect(log).toEqual(['started']);

      const other = create(Wrong);
      await other.fixture.whenStable();
      other.component.task.cancel();
      await tick();
      expect(errors.map(String)).toEqual(['CancelledError: cancelled']);
      component.task.cancel();
    });

    it('an Observable is unsubscribed', async () => {
      const { log, run } = coroutine();
      @Component({ template: `{{ results | async }}`, imports: [AsyncPipe] })
      class Right {
        readonly results = gather([run]);
      }
      const { fixture } = create(Right);
      await fixture.whenStable();
      fixture.destroy();
      await tick();
      expect(log).toEqual(['started', 'cancelled']);
      expect(errors).toEqual([]);
    });

    it('so is that of toSignal', async () => {
      const { log, run } = coroutine();
      @Component({ template: `{{ results() }}` })
      class Right {
        readonly results = toSignal(gather([run]));
      }
      const { fixture } = create(Right);
      await fixture.whenStable();
      fixture.destroy();
      await tick();
      expect(log).toEqual(['started', 'cancelled']);
    });
  });

  describe('in a resource', () => {
    it('a Task runs on, since whoever made it owns it', async () => {
      const { log, run } = coroutine();
      @Component({ template: `` })
      class Wrong {
        readonly value = rxResource({ stream: () => createTask(run) });
      }
      const { fixture } = create(Wrong);
      TestBed.tick();
      fixture.destroy();
      await tick();
      expect(log).toEqual(['started']);
    });

    it('an Observable is unsubscribed, and so is asCompleted of a coroutine function', async () => {
      const { log, run } = coroutine();
      @Component({ template: `` })
      class Right {
        readonly value = rxResource({ stream: () => asCompleted([run]) });
      }
      const { fixture } = create(Right);
      TestBed.tick();
      fixture.destroy();
      await tick();
      expect(log).toEqual(['started', 'cancelled']);
      expect(errors).toEqual([]);
    });

    it('a loader has a signal to hand on', async () => {
      const { log, run } = coroutine();
      @Component({ template: `` })
      class Right {
        readonly one = resource({ loader: ({ abortSignal }) => run({ signal: abortSignal }) });
        readonly many = resource({ loader: ({ abortSignal }) => promises.gather([run], { signal: abortSignal }) });
      }
      const { fixture } = create(Right);
      TestBed.tick();
      await tick();
      fixture.destroy();
      await tick();
      expect(log).toEqual(['started', 'started', 'cancelled', 'cancelled']);
      expect(errors).toEqual([]);
    });
  });

  describe('in code', () => {
    it('a subscription without an error callback makes a cancellation an unhandled error', async () => {
      config.onUnhandledError = (error) => errors.push(error);
      const task = createTask(NEVER);
      task.subscribe(() => undefined);
      task.cancel();
      await tick();
      config.onUnhandledError = null;
      expect(errors.map(String)).toEqual(['CancelledError: cancelled']);
    });

    it('whoever awaits tells it from a failure', async () => {
      const task = createTask(NEVER);
      const awaited = task.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
        return undefined;
      });
      task.cancel();
      expect(await awaited).toBe(undefined);
      expect(errors).toEqual([]);
    });

    it('takeUntilDestroyed cancels', () => {
      const { log, source: one } = source();
      @Component({ template: `` })
      class Right {
        constructor() {
          gather([one, NEVER]).pipe(takeUntilDestroyed()).subscribe();
        }
      }
      const { fixture } = create(Right);
      fixture.destroy();
      expect(log).toEqual(['started', 'cancelled']);
    });

    it('a signal of the component cancels what is awaited', async () => {
      const { log, run } = coroutine();
      const ends: string[] = [];
      @Component({ template: `` })
      class Right {
        readonly #signal = destroySignal();
        async load(): Promise<void> {
          try {
            await promises.gather([run, run], { signal: this.#signal });
          } catch (error) {
            ends.push(isCancellation(error, this.#signal) ? 'left' : 'failed');
          }
        }
      }
      const { component, fixture } = create(Right);
      const loaded = component.load();
      fixture.destroy();
      await loaded;
      expect([...log, ...ends]).toEqual(['started', 'started', 'cancelled', 'cancelled', 'left']);
    });

    it('the application is stable once what PendingTasks was given is done', async () => {
      const answer = new Subject<string>();
      const states: boolean[] = [];
      @Component({ template: `` })
      class Right {
        constructor() {
          inject(PendingTasks).run(() => promises.gather([answer, of('there')]));
        }
      }
      create(Right);
      TestBed.inject(ApplicationRef).isStable.subscribe((stable) => states.push(stable));
      answer.next('here');
      answer.complete();
      await TestBed.inject(ApplicationRef).whenStable();
      expect(states).toEqual([false, true]);
    });
  });
});
