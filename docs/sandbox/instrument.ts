import { from, isObservable, lastValueFrom, type Observable, Subject } from 'rxjs';
import type { Timeline } from 'rx-asyncio/timeline';

type Anything = (...values: never[]) => unknown;
type Module = Readonly<Record<string, unknown>>;

/**
 * An entry of the package that does what it does, and has a timeline drawn of it: each awaitable that a combinator is
 * given has a bar, each combinator a line.
 */
export function instrument(entry: Module, timeline: Timeline): Module {
  const seen = new WeakSet<object>();
  const track = (awaitable: unknown, key: string | number): unknown => {
    if (!isTrackable(awaitable) || seen.has(awaitable)) return awaitable;
    const name = typeof key === 'string' ? key : nameOf(awaitable) || `${key + 1}`;
    const tracked = timeline.track(name, awaitable as () => Promise<unknown>);
    seen.add(tracked);
    return tracked;
  };
  const result = (name: string, given: unknown) => observeResult(name, given, timeline);
  const wrappers: Record<string, (original: Anything, name: string) => Anything> = {
    createTask:
      (original) =>
      (awaitable: unknown, ...rest: unknown[]) => {
        const task = call(original, track(awaitable, nameIn(rest) ?? 0), ...rest) as object;
        seen.add(task);
        return task;
      },
    taskGroup: (original, name) => (body: unknown, ...rest: unknown[]) =>
      result(name, call(original, typeof body === 'function' ? (group: object) => call(body, observeGroup(group, track)) : body, ...rest)), // prettier-ignore
  };
  for (const name of ['gather', 'asCompleted', 'wait'])
    wrappers[name] =
      (original) =>
      (list: unknown, ...rest: unknown[]) => {
        const [mapper] = rest;
        if (typeof mapper === 'function')
          return result(name, call(original, list, observeMapper(mapper, track), ...rest.slice(1)));
        return result(name, call(original, trackEach(list, track), ...rest));
      };
  for (const name of ['waitFor', 'shield'])
    wrappers[name] =
      (original) =>
      (awaitable: unknown, ...rest: unknown[]) =>
        result(name, call(original, track(awaitable, 0), ...rest));
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => {
      const wrap = wrappers[name];
      return [name, wrap === undefined ? value : wrap(value as Anything, name)];
    }),
  );
}

type Track = (awaitable: unknown, key: string | number) => unknown;

function trackEach(list: unknown, track: Track): unknown {
  if (Array.isArray(list)) return list.map(track);
  if (list instanceof Map) return new Map(Array.from(list, ([key, awaitable]) => [key, track(awaitable, String(key))]));
  if (typeof list !== 'object' || list === null || Object.getPrototypeOf(list) !== Object.prototype) return list;
  // What is pulled is pulled by the combinator alone.
  if (Symbol.iterator in list || Symbol.asyncIterator in list) return list;
  return Object.fromEntries(Object.entries(list).map(([key, awaitable]) => [key, track(awaitable, key)]));
}

function observeMapper(mapper: Function, track: Track) {
  return (item: unknown, context: object, index: unknown) => {
    const mapped = (own: object) => call(mapper, item, own, index);
    const name = typeof item === 'string' || typeof item === 'number' ? String(item) : `item ${Number(index) + 1}`;
    return call(track(mapped, name) as Function, context);
  };
}

function observeGroup(group: object, track: Track): object {
  return new Proxy(group, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => {
        const [awaitable, ...rest] = values;
        const given = key === 'createTask' ? [track(awaitable, nameIn(rest) ?? 0), ...rest] : values;
        return Reflect.apply(value, target, given) as unknown;
      };
    },
  });
}

function observeResult(name: string, given: unknown, timeline: Timeline): unknown {
  const output = timeline.output<unknown>(name);
  if (isObservable(given)) return given.pipe(output);
  if (given instanceof Promise) return lastValueFrom(from(given as Promise<unknown>).pipe(output));
  if (typeof given === 'object' && given !== null && 'next' in given)
    return observeIterator(given as Iterator_, output);
  return given;
}

type Iterator_ = AsyncIterableIterator<unknown> & AsyncDisposable;

/** Its combinator starts with the first `next()`. */
function observeIterator(iterator: Iterator_, output: (source: Observable<unknown>) => Observable<unknown>): object {
  let results: Subject<unknown> | undefined;
  const start = () => {
    if (results !== undefined) return results;
    results = new Subject();
    results.pipe(output).subscribe({ error: () => {} });
    return results;
  };
  const end = async (ending: Promise<unknown>) => {
    const ended = await ending;
    results?.complete();
    return ended;
  };
  const observed = {
    async next() {
      const told = start();
      try {
        const step = await iterator.next();
        if (step.done === true) told.complete();
        else told.next(step.value);
        return step;
      } catch (error) {
        told.error(error);
        throw error;
      }
    },
    return: (value?: unknown) => end(iterator.return?.(value) ?? Promise.resolve({ done: true, value })),
    [Symbol.asyncIterator]: () => observed,
  };
  if (Symbol.asyncDispose in iterator)
    Object.defineProperty(observed, Symbol.asyncDispose, { value: () => end(iterator[Symbol.asyncDispose]() as Promise<unknown>) }); // prettier-ignore
  return observed;
}

function isTrackable(value: unknown): value is object {
  if (typeof value === 'function' || isObservable(value)) return true;
  return typeof value === 'object' && value !== null && 'then' in value;
}

function nameOf(awaitable: object): string {
  return 'name' in awaitable && typeof awaitable.name === 'string' ? awaitable.name : '';
}

function nameIn([options]: readonly unknown[]): string | undefined {
  if (typeof options !== 'object' || options === null || !('name' in options)) return undefined;
  return typeof options.name === 'string' ? options.name : undefined;
}

function call(target: Function, ...values: unknown[]): unknown {
  return (target as (...given: unknown[]) => unknown)(...values);
}
