export { inspectTasks } from './inspection/inspect-tasks.js';
export type { TaskTree } from './inspection/inspect-tasks.js';
export type { TaskNode, TaskNodeStatus } from './inspection/task-node.js';
