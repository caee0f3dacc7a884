export { remoteQueue } from './remote/remote-queue.js';
export type { JobData, JobResult, JobTypes, RemoteQueue, RemoteQueueOptions } from './remote/remote-queue.js';
export type { QueueCounts } from './remote/counts.js';
export type { RemoteJob } from './remote/remote-job.js';
export { serveQueue } from './remote/serve-queue.js';
export type { Handler, QueueWorker, ServeQueueOptions } from './remote/serve-queue.js';
export type { Json } from './remote/json.js';
export { Cancellable } from './remote/cancellable.js';
export type { CancellableDecorator, CancellableHost, CancellableMethod } from './remote/cancellable.js';
