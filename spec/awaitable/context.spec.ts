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

  it('is one of its own for each call', () => {
    const contexts = new Set<CoroutineContext>();
    const coroutine = (context: CoroutineContext) => (contexts.add(context), NEVER);
    gather([coroutine, coroutine]).subscribe().unsubscribe();
    expect(contexts.size).toBe(2);
  });
});
