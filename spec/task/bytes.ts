import { createTask, type Task } from 'rx-asyncio';

// Prints how many bytes a pending Task takes: a program of its own, run with --expose-gc, since a spec shares its heap with Jest.

const count = 100_000;
const collectGarbage = (globalThis as unknown as { gc: () => void }).gc;

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const settle: (() => void)[] = [];
const functions = Array.from({ length: count }, () => {
  const promise = new Promise<void>((resolve) => settle.push(resolve));
  return () => promise;
});
const tasks = new Array<Task<void>>(count);
const before = heapUsed();
for (const [index, coroutine] of functions.entries()) tasks[index] = createTask(coroutine);
const each = (heapUsed() - before) / count;
console.log(Math.round(each), tasks.filter(({ done }) => done).length, settle.length);
