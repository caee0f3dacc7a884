export { run } from './programs/run.js';
export type { RunOptions } from './programs/run.js';
export type { MainContext, MainResult } from './programs/main.js';
export type { Signal } from './programs/signals.js';
