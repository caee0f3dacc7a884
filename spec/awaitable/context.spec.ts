import { inspect } from 'node:util';
import { type CoroutineContext, createTask, gather } from 'rx-asyncio';
import { NEVER } from 'rxjs';

/** The context of a call that goes on. */
function contextOfCall() {
  const contexts: CoroutineContext[] = [];
  const task = createTask((context) => {
    contexts.push(context);
    return new Promise<never>(() => undefined);
  });
  return { task, context: contexts[0] as unknown as CoroutineContext };
}

describe('the context of a call', () => {
  it('is shown by console.log without its signal being read, and without anything of ours', () => {
    const { task, context } = contextOfCall();
    expect(inspect(context)).toBe('{ signal: [AbortSignal] }');
    task.cancel();
    // Who had read it would be waited for.
    expect(task.status).toBe('cancelled');
  });

  it('is a plain object to whoever asks', () => {
    const { context } = contextOfCall();
    expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
    expect([Object.keys(context), 'signal' in context, 'method' in context]).toEqual([['signal'], true, false]);
  });

  it('can be given properties, but another signal it cannot', () => {
    const { context } = contextOfCall();
    expect(Object.assign(context, { method: 'POST' })).toHaveProperty('method', 'POST');
    expect(() => Object.assign(context, { signal: new AbortController().signal })).toThrow(TypeError);
    expect(context.signal.aborted).toBe(false);
  });

  it('cannot be frozen, as its signal is not there yet', () => {
    const { context } = contextOfCall();
    expect(() => Object.freeze(context)).toThrow(TypeError);
  });

  it('has a descriptor with its signal, which nobody can put another in the place of, or take away', () => {
    const { context } = contextOfCall();
    expect(Object.getOwnPropertyDescriptor(Object.assign(context, { method: 'POST' }), 'method')).toEqual({
      value: 'POST',
      ...{ enumerable: true, configurable: true, writable: true },
    });
    expect(Object.getOwnPropertyDescriptor(context, 'signal')).toEqual({
      value: context.signal,
      ...{ enumerable: true, configurable: true, writable: false },
    });
    const other = { value: new AbortController().signal, configurable: true };
    expect(Reflect.defineProperty(context, 'signal', other)).toBe(false);
    expect(Reflect.deleteProperty(context, 'signal')).toBe(false);
    expect([Reflect.defineProperty(context, 'other', other), Reflect.deleteProperty(context, 'other')]).toEqual([
      true,
      true,
    ]);
    expect(context.signal.aborted).toBe(false);
  });

  it('is one of its own for each call', () => {
    const contexts = new Set<CoroutineContext>();
    const coroutine = (context: CoroutineContext) => (contexts.add(context), NEVER);
    gather([coroutine, coroutine]).subscribe().unsubscribe();
    expect(contexts.size).toBe(2);
  });
});
