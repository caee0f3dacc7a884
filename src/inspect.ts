export { expectNothingRunning } from './inspection/expect-nothing-running.js';
export type { TestHooks } from './inspection/expect-nothing-running.js';
export { inspectTasks } from './inspection/inspect-tasks.js';
export type { TaskTree } from './inspection/inspect-tasks.js';
export { measureTasks } from './inspection/measure-tasks.js';
export { traceTasks } from './inspection/trace-tasks.js';
export type { TracedTask } from './inspection/trace-tasks.js';
export type { TaskNode, TaskNodeStatus } from './inspection/task-node.js';
