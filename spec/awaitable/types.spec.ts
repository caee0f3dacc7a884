import { compileLines, type Message } from '../support/compile-lines';

// What users write, compiled by the installed TypeScript as one program, in which each line is a case. The package checks
// compile the main forms with the others that are supported.
//
// What no TypeScript can do (docs/types.md says how it is written then):
// - find the type of `c` in `(c) => …` where nothing tells it: in a pipe's map(), in a list that is spread into another, in a
//   variable; and before TypeScript 6.0 in `new Map([['key', (c) => …]])`;
// - tell a record that has an interface as its type from an instance of a class: it takes neither;
// - refuse a list in a list that holds functions, which is an awaitable by its type;
// - take the result's type as the type argument of createTask and taskGroup;
// - widen the literals that one function returns several of.

/** A form of an awaitable, and the type of its result. */
const forms = {
  'of(1)': 'number',
  "timer(1).pipe(map(() => 'late'))": 'string',
  'Promise.resolve(true)': 'boolean',
  'fetch(url).then((r) => r.text())': 'string',
  urls: 'string',
  'new Set([1])': 'number',
  generator: 'number',
  task: 'number',
  platform: 'Event',
  subscribable: 'number',
  interop: 'number',
  load: 'string',
  'download(url)': 'string',
  '() => of(1)': 'number',
  "() => Promise.resolve('two')": 'string',
  'async () => 1': 'number',
  "() => ['a']": 'string',
  '() => fetch(url).then((r) => r.text())': 'string',
  '() => promises.gather([of(1)])': '[number]',
  'async function* () { yield url; yield urls.length; }': 'string | number',
  '(c: CoroutineContext) => fetch(url, c).then((r) => r.text())': 'string',
  '(c) => fetch(url, c).then((r) => r.text())': 'string',
  '(c) => fetch(url, c).then((r) => r.json() as Promise<{ id: number }>).then(({ id }) => id)': 'number',
  '(c) => retry(() => fetch(url, c).then((r) => r.text()))': 'string',
  "(c) => sleep(1, 'x', c)": 'string',
  'async (c) => (await fetch(url, c)).text()': 'string',
  'async ({ signal }) => { if (signal.aborted) return url; return urls.length; }': 'string | number',
  "(c) => (c.signal.aborted ? of(1) : Promise.resolve('x'))": 'string | number',
  '(c) => of(c.signal.aborted)': 'boolean',
  '(c) => timer(1).pipe(map(() => c.signal.aborted))': 'boolean',
  '(c) => from(fetch(url, c)).pipe(switchMap((r) => r.text()))': 'string',
  '(c) => defer(() => fetch(url, c).then((r) => r.text()))': 'string',
  '(c) => [c.signal.aborted]': 'boolean',
  'function* ({ signal }) { yield signal.aborted; }': 'boolean',
  'async function* (c) { yield (await fetch(url, c)).text(); }': 'string',
};

type Form = keyof typeof forms;

/** Where the form `F` can be, and what it gives when its result is a `T`. */
const places = {
  'gather([F])': '[T]',
  'gather([F, F, of(1)])': '[T, T, number]',
  'gather({ one: F, two: of(1) })': '{ one: T; two: number }',
  'gather(urls.map((url) => F))': 'T[]',
  'gather(new Set([F]))': 'T[]',
  "gather(new Map([['key', F]]))": 'Map<string, T>',
  'gather([F, F], { concurrency: 1, returnExceptions: true })': '[Outcome<T>, Outcome<T>]',
  'gather({ one: F }, { returnExceptions: true })': '{ one: Outcome<T> }',
  "gather(new Map([['key', F]]), { returnExceptions: true })": 'Map<string, Outcome<T>>',
  'asCompleted([F])': 'T',
  'asCompleted({ one: F })': 'T',
  "asCompleted(new Map([['key', F]]))": 'T',
  'asCompleted(urls.map((url) => F), { concurrency: 2, timeout: 10 })': 'T',
  'asCompleted([F], { returnExceptions: true })': 'Completion<T>',
  'asCompleted({ one: F }, { returnExceptions: true })': "Completion<T, 'one'>",
  "asCompleted(new Map([['key', F]]), { returnExceptions: true })": 'Completion<T, string>',
  'wait([F])': 'WaitResult<T>',
  'wait(urls.map((url) => F), { timeout: 10, returnWhen: FIRST_COMPLETED })': 'WaitResult<T>',
  'wait(new Set([F]))': 'WaitResult<T>',
  'waitFor(F, 10)': 'T',
  'shield(F)': 'T',
  'createTask(F)': 'T',
  'taskGroup((group) => group.createTask(F))': 'T',
  'taskGroup(async ({ createTask }) => [await createTask(F), await createTask(of(1))] as const)':
    'readonly [T, number]',
};

/** The same for what is awaited: what surrounds a call has a part in its types. */
const awaitedPlaces = {
  'const [value] = await promises.gather([F])': 'T',
  'const { value } = await promises.gather({ value: F, two: of(1) })': 'T',
  'const value = await promises.gather([F, of(1)])': '[T, number]',
  'const value = await promises.gather(urls.map((url) => F))': 'T[]',
  'const value = await promises.waitFor(F, 10)': 'T',
  'const value = await promises.createTask(F)': 'T',
  'const { done: value } = await promises.wait([F])': 'Set<Task<T>>',
  'const value = first(promises.asCompleted([F]))': 'T',
  "const value = await promises.waitFor(timeline.track('name', F), 10)": 'T',
  'const value: Promise<[T]> = promises.gather([F])': 'Promise<[T]>',
  'const value: Promise<{ one: T }> = promises.gather({ one: F })': 'Promise<{ one: T }>',
  'const value: Promise<T[]> = promises.gather(urls.map((url) => F))': 'Promise<T[]>',
  'const value: Observable<T> = asCompleted(urls.map((url) => F))': 'Observable<T>',
  'const value: Promise<WaitResult<T>> = promises.wait(urls.map((url) => F))': 'Promise<WaitResult<T>>',
  'const value: Promise<T> = promises.waitFor(F, 10)': 'Promise<T>',
  'const value: Observable<T> = shield(F)': 'Observable<T>',
  'const value: Task<T> = group.createTask(F)': 'Task<T>',
};

/** The same where nothing tells the type of a `c`. */
const untypedPlaces = {
  'const value = first(of(url).pipe(map((url) => F), gatherAll()))': 'T[]',
  'const value = first(of(url).pipe(map((url) => F), gatherAll({ returnExceptions: true })))': 'Outcome<T>[]',
  'const value = first(of(url).pipe(map((url) => F), asCompletedAll()))': 'T',
  'const value = first(of(url).pipe(map((url) => F), asCompletedAll({ returnExceptions: true })))': 'Completion<T>',
  'const value = first(of(url).pipe(map((url) => F), waitAll()))': 'WaitResult<T>',
  'const value = await promises.gather([...urls.map((url) => F), of(true)])': '[...T[], boolean]',
  'const operation = F; const value = await promises.gather([operation])': '[T]',
};

/** What depends on more than a form, and its type. */
const others = {
  'gather(urls, (u, c) => fetch(u, c).then((r) => r.text()))': 'Observable<string[]>',
  'gather([1, 2], async (n, { signal }, index) => (signal.aborted ? n : index), { concurrency: 2 })':
    'Observable<number[]>',
  'gather(urls as [string, string], async (u) => u.length)': 'Observable<[number, number]>',
  'gather({ a: 1, b: url }, (v) => of(v))': 'Observable<{ a: string | number; b: string | number }>',
  'gather(new Map([[url, 1]]), async (n) => n > 1)': 'Observable<Map<string, boolean>>',
  'gather(generator, async (n) => `${n}`, { concurrency: 2 })': 'Observable<string[]>',
  'promises.gather(urls, (u) => timer(u.length), { concurrency: 2 })': 'Promise<0[]>',
  'gather(tasks, (t) => t)': 'Observable<number[]>',
  'asCompleted(urls, async (u) => u.length)': 'Observable<number>',
  'first(asCompleted(urls, async (u) => u.length, { returnExceptions: true })).item': 'string',
  'first(asCompleted({ a: 1 }, async (n) => n, { returnExceptions: true })).key': '"a"',
  'first(promises.asCompleted(urls, async (u) => u.length))': 'number',
  'gather([])': 'Observable<[]>',
  'gather({})': 'Observable<{}>',
  'asCompleted([])': 'Observable<never>',
  'gather([of(1), async () => url] as const)': 'Observable<[number, string]>',
  'gather(tasks)': 'Observable<number[]>',
  'gather(tasks as readonly Task<number>[])': 'Observable<number[]>',
  'gather(tasks as Iterable<Task<number>>)': 'Observable<number[]>',
  'gather(later())': 'Observable<number[]>',
  'gather(tasks as Iterable<Task<number>> | AsyncIterable<() => Promise<string>>)': 'Observable<number[] | string[]>',
  'gather({ one: task } as Readonly<Record<string, Task<number>>>)': 'Observable<Record<string, number>>',
  'gather(new Map<string, () => Promise<number>>())': 'Observable<Map<string, number>>',
  'gather(new Map<Event, Task<number> | (() => Promise<string>)>())': 'Observable<Map<Event, string | number>>',
  'gather(new Map<string, Task<number>>() as ReadonlyMap<string, Task<number>>)': 'Observable<Map<string, number>>',
  'wait(new Map<string, Task<number>>().values())': 'Observable<WaitResult<number>>',
  'gather([task], { returnExceptions: false })': 'Observable<[number]>',
  'gather([task], { returnExceptions: either })': 'Observable<[number | Outcome<number>]>',
  'asCompleted({ one: task, two: load }, { returnExceptions: true })':
    "Observable<Completion<number, 'one'> | Completion<string, 'two'>>",
  'asCompleted({ one: task, two: load })': 'Observable<number | string>',
  'wait([task, load])': 'Observable<WaitResult<number | string>>',
  'promises.gather([task], { signal: group.signal, returnExceptions: true })': 'Promise<[Outcome<number>]>',
  'promises.taskGroup((group) => fetch(url, group).then((r) => r.text()))': 'Promise<string>',
  'promises.taskGroup(async (group) => { group.createTask(load); })': 'Promise<void>',
  'createTask(load)': 'Task<string>',
  'group.createTask(load)': 'Task<string>',
  'createTask(load).result()': 'string',
  'waitFor(load, new Date())': 'Observable<string>',
  'waitFor(load, of(1))': 'Observable<string>',
  'gather([() => { throw new Error(); }])': 'Observable<[never]>',
  '0 as unknown as ReturnType<typeof createTask>': 'Task<unknown>',
  '0 as unknown as ReturnType<typeof gather>': 'Observable<unknown>',
  '0 as unknown as ReturnType<typeof promises.wait>': 'Promise<WaitResult<unknown>>',
  'createTask(load) satisfies Task<string | number>': 'Task<string>',
  'createTask(load) satisfies Observable<string>': 'Task<string>',
  'createTask(load) satisfies PromiseLike<string>': 'Task<string>',
  'createTask(load) satisfies Awaitable<string>': 'Task<string>',
};

/** What a user's own generic functions may look like. */
const generic = [
  '<T>(awaitable: Awaitable<T>): Task<T> => createTask(awaitable)',
  '<T>(awaitable: Awaitable<T>): Observable<T> => waitFor(awaitable, 10)',
  '<T>(awaitable: Awaitable<T>): Promise<T> => promises.shield(awaitable)',
  '<T>(awaitable: Awaitable<T>): Promise<T> => promises.taskGroup((group) => group.createTask(awaitable))',
  '<T>(awaitable: Awaitable<T>): Promise<T> => promises.waitFor((c) => promises.shield(awaitable, c), 10)',
  '<T>(coroutine: Coroutine<T>): Task<T> => createTask(coroutine)',
  '<T>(operation: () => Promise<T>): Task<T> => createTask(operation)',
  '<T>(source: Observable<T>): Observable<T> => shield(source)',
  '<T>(list: readonly Awaitable<T>[]): Promise<T[]> => promises.gather(list)',
  '<T>(list: Iterable<Awaitable<T>>): Observable<T> => asCompleted(list)',
  '<T>(list: AsyncIterable<Awaitable<T>>): Observable<WaitResult<T>> => wait(list)',
  '<T>(record: Record<string, Awaitable<T>>): Promise<Record<string, T>> => promises.gather(record)',
  '<T>(jobs: Map<string, Awaitable<T>>): Promise<Map<string, T>> => promises.gather(jobs)',
  '<T>(...operations: (() => Promise<T>)[]): Promise<T[]> => promises.gather(operations)',
  '<T>(each: (url: string, c: CoroutineContext) => Promise<T>): Promise<T[]> => promises.gather(urls.map((url) => (c) => each(url, c)))',
  '<T>(body: (group: TaskGroup) => Promise<T>): Observable<T> => taskGroup(body)',
  '<I, R>(items: readonly I[], each: (item: I) => Promise<R>): Promise<R[]> => promises.gather(items, each)',
  '<A extends Awaitable<unknown>>(awaitable: A): Promise<Result<A>> => promises.waitFor(awaitable, 10)',
  '<A extends Awaitable<unknown>>(awaitable: A): Task<Result<A>> => group.createTask(awaitable)',
  '<A extends Awaitable<unknown>>(awaitable: A) => gather([awaitable, of(1)])',
  '<A extends readonly Awaitable<unknown>[]>(...list: A): Promise<Gathered<A>> => promises.gather(list)',
  '<const A extends Awaitables, E extends boolean>(all: A, options: GatherOptions<E>): Observable<Gathered<A, E>> => gather(all, options)',
  '<const A extends Awaitables, E extends boolean>(all: A, options: AsCompletedOptions<E>): Observable<Completed<A, E>> => asCompleted(all, options)',
  '<A extends AwaitableList>(list: A): Observable<WaitResult<Completed<A>>> => wait(list)',
];

/** What is an error, the place of each error between « and », and the text that it has somewhere. */
const errors = {
  'gather([async () => 1, «() => 5»])': "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather([async () => 1, «(c) => c.signal.aborted»])': "Type 'boolean' is not assignable to type 'Input<unknown>'",
  'gather([«(x: number) => of(x)»])': "Type 'CoroutineContext' is not assignable to type 'number'",
  'gather([«5»])': "is not assignable to type '5 & AnAwaitable'",
  "gather([of(1), «'text'», «() => {}»])": 'AnAwaitable',
  'gather({ «one»: () => 5 })': "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather({ one: of(1), «two»: 5 })': "is not assignable to type '5 & AnAwaitable'",
  'gather(«urls.map((url) => () => url.length)»)': "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather(«new Set([5])»)': "Type 'number' is not assignable to type 'number & AnAwaitable'",
  'gather(«new Map<string, () => number>()»)': "Type 'number' is not assignable to type 'Input<unknown>'",
  "gather(«'text'»)": 'AListOrRecordOfAwaitables',
  'gather(«of(1)»)': 'AListOrRecordOfAwaitables',
  'gather(«Promise.resolve([of(1)])»)': 'AListOrRecordOfAwaitables',
  'gather(«load»)': 'AListOrRecordOfAwaitables',
  "gather([task], { «concurrency»: '1' })": "Type 'string' is not assignable to type 'number'",
  'gather([task], { «concurency»: 1 })': "'concurency' does not exist",
  'gather([task], «null»)': "Argument of type 'null'",
  "asCompleted([task], { «timeout»: '100' })": "Type 'string' is not assignable",
  'asCompleted([task], { «timeout»: {} })': "Type '{}' is not assignable",
  'asCompleted([async () => 1, «() => 5»])': "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather([task, «() => 5»], { concurrency: 2 })': "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather([load, «() => {}»], { returnExceptions: true })': "Type 'void' is not assignable to type 'Input<unknown>'",
  'gather({ one: load, «two»: () => 5 }, { concurrency: 2 })':
    "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather(«urls.map((url) => () => url.length)», { concurrency: 2 })':
    "'number' is not assignable to type 'Input<unknown>'",
  'gather(«urls», { concurrency: 2 })': "Type 'string' is not assignable to type 'AnAwaitable'",
  'gather(«load», { concurrency: 2 })': 'AListOrRecordOfAwaitables',
  'promises.gather([task, «() => 5»], { signal: group.signal })':
    "Type 'number' is not assignable to type 'Input<unknown>'",
  'asCompleted([task, «() => 5»], { timeout: 10 })': "Type 'number' is not assignable to type 'Input<unknown>'",
  'promises.asCompleted([load, «5»], { signal: group.signal })':
    "Type 'number' is not assignable to type 'AnAwaitable'",
  'gather([load, task, «null»])': "Type 'null' is not assignable to type 'never'",
  'gather([load, «undefined», task], { concurrency: 2 })': "Type 'undefined' is not assignable to type 'never'",
  'gather({ one: load, «two»: undefined })': "Type 'undefined' is not assignable to type 'never'",
  'gather([task, «either ? load : undefined»])': "Type 'undefined' is not assignable to type",
  'wait([load, «null»])': "Type 'null' is not assignable to type 'never'",
  'wait([async () => 1, «() => 5»])': "Type 'number' is not assignable to type 'Input<unknown>'",
  'wait(«{ one: task }»)': 'AListOfAwaitables',
  'wait(«new Map<string, Task<number>>()»)': 'AListOfAwaitables',
  'wait(«of(task)»)': 'AListOfAwaitables',
  "wait([task], { «returnWhen»: 'FIRST' })": '"FIRST"',
  'gather(urls, async (u) => u, { «concurency»: 1 })': "Did you mean to write 'concurrency'?",
  '«gather»(urls, (u) => u.length)': "Type 'number' is not assignable to type 'Input<unknown>'",
  'gather(«of(url)», async (u) => 1)': 'SomeItems',
  'waitFor(«() => 5», 10)': "is not assignable to parameter of type '(() => number) & Coroutine<unknown>'",
  'waitFor(«5», 10)': 'AnAwaitable',
  "shield(«'text'»)": 'AnAwaitable',
  'createTask(«() => 5»)': "Type 'number' is not assignable to type 'Input<unknown>'",
  'createTask(«undefined as unknown»)': "Argument of type 'unknown'",
  'group.createTask(«() => 5»)': "Type 'number' is not assignable to type 'Input<unknown>'",
  'taskGroup(«() => 5»)': "Type 'number' is not assignable to type 'Input<unknown>'",
  'createTask(of(1)) «satisfies» Task<string>': "Type 'number' is not assignable to type 'string'",
  '<T>(operation: () => T) => createTask(«operation»)': "Argument of type '() => T'",
  '<T>(operations: (() => T)[]) => gather(«operations»)': "Argument of type '(() => T)[]'",
  '<A extends () => unknown>(operation: A) => createTask(«operation»)': "Argument of type 'A'",
  '<A extends (() => unknown)[]>(operations: A) => gather(«operations»)': "Argument of type 'A'",
};

const preamble = `
import { AsCompletedOptions, asCompleted, asCompletedAll, Awaitable, AwaitableList, Awaitables, Completed, Completion, Coroutine,
  CoroutineContext, createTask, FIRST_COMPLETED, gather, gatherAll, Gathered, GatherOptions, NativeObservable, Outcome, Result,
  shield, Task, TaskGroup, taskGroup, wait, waitAll, waitFor, WaitResult } from 'rx-asyncio';
import * as observables from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { recordTimeline } from 'rx-asyncio/timeline';
import { defer, from, InteropObservable, map, Observable, of, Subscribable, switchMap, timer } from 'rxjs';
const { FIRST_COMPLETED: _ } = promises;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, same: Same<Actual, Expected>) => void;
declare function first<T>(source: Observable<T> | PromiseLike<T> | AsyncIterable<T>): T;
declare function sleep<T>(milliseconds: number, value: T, options: { signal?: AbortSignal }): Promise<T>;
declare function retry<T>(operation: () => Promise<T>): Promise<T>;
declare function load(context: CoroutineContext): Promise<string>;
declare function download(url: string): (context: CoroutineContext) => Promise<string>;
declare function later(): AsyncIterable<Task<number>>;
declare const url: string, urls: string[], either: boolean;
declare const group: TaskGroup, task: Task<number>, tasks: Task<number>[], generator: AsyncGenerator<number>;
declare const platform: NativeObservable<Event>, subscribable: Subscribable<number>, interop: InteropObservable<number>;
const timeline = recordTimeline();
`;

/** With the form and the type of its result in the place of `F` and `T`. */
const fill = (template: string, form: Form) =>
  template.replace(/\bF\b/g, () => form).replace(/\bT\b/g, () => `(${forms[form]})`);
const typed = (value: string, type: string) => `is<${type}>()(${value}, true);`;
const isUntyped = (form: string) => /\((c|\{ signal \})\)/.test(form);

/** In both entries. */
const calls = (place: string, type: string, form: Form) =>
  ['observables', 'promises'].map((entry) =>
    fill(`const value = ${entry}.${place}; ${typed('first(value)', type)}`, form),
  );
const statements = (place: string, type: string, form: Form) => [fill(`${place}; ${typed('value', type)}`, form)];

const allForms = Object.keys(forms) as Form[];
const table = new Map<string, string[]>([
  ...Object.entries(places).map(
    ([place, type]) => [place, allForms.flatMap((form) => calls(place, type, form))] as const,
  ),
  ...Object.entries(awaitedPlaces).map(
    ([place, type]) => [place, allForms.flatMap((form) => statements(place, type, form))] as const,
  ),
  ...Object.entries(untypedPlaces).map(
    ([place, type]) =>
      [place, allForms.filter((form) => !isUntyped(form)).flatMap((form) => statements(place, type, form))] as const,
  ),
] as [string, string[]][]);
const untyped = Object.entries(untypedPlaces).flatMap(([place, type]) =>
  allForms.filter(isUntyped).flatMap((form) => statements(place, type, form)),
);
const otherLines = new Map(
  Object.entries(others).map(([value, type]) => [value, `const value = ${value}; ${typed('value', type)}`]),
);
const unmarked = (line: string) => line.replaceAll(/[«»]/g, '');

describe('the types', () => {
  const lines = [
    ...[...table.values()].flat(),
    ...untyped,
    ...otherLines.values(),
    ...generic,
    ...Object.keys(errors).map(unmarked),
  ];
  let found: ReadonlyMap<string, readonly Message[]>;
  const messagesOf = (line: string) => {
    const messages = found.get(line);
    if (messages === undefined) throw new Error(`${line} was not compiled`);
    return messages;
  };
  const wrong = (line: string) => messagesOf(line).map(({ text }) => `${line}: ${text}`);

  beforeAll(() => {
    found = compileLines(preamble, lines);
  });

  it.each([...table])('are those of the result in %s', (_, cells) => {
    expect(cells.flatMap(wrong)).toEqual([]);
  });

  it('are unknown to the compiler where nothing tells what a function in a pipe, a spread or a variable is given', () => {
    for (const line of untyped) expect(wrong(line).join('\n')).toContain("implicitly has an 'any' type");
  });

  it.each([...otherLines])('are right in %s', (_, line) => {
    expect(wrong(line)).toEqual([]);
  });

  it.each(generic)('are right in a generic function: %s', (line) => {
    expect(wrong(line)).toEqual([]);
  });

  it.each(Object.entries(errors))('refuse %s', (marked, text) => {
    const places = Array.from(marked.matchAll(/«([^»]*)»/g), ([place, code = ''], index) => {
      const start = marked.indexOf(place) - 2 * index;
      return { start, end: start + code.length };
    });
    const messages = messagesOf(unmarked(marked));
    expect(messages.map(({ start, end }) => ({ start, end }))).toEqual(places);
    expect(messages.map((message) => message.text).join('\n')).toContain(text);
  });
});
