import { createPostgresBackend, Queue, type RedisQueueBackend, setDefaultBackendFactory } from 'bullmq';
import { remoteQueue, type RemoteQueueOptions, serveQueue, type ServeQueueOptions } from 'rx-asyncio/bullmq';

// Queues on the server that `npm run test:redis` has started; each with a name of its own, closed after its test.

const { REDIS_PORT, POSTGRES_PORT } = process.env;

export const connection = { host: '127.0.0.1', port: Number(POSTGRES_PORT ?? REDIS_PORT) };

/** `npm run test:postgres`: the same on PostgreSQL. */
export const isPostgres = POSTGRES_PORT !== undefined;
if (isPostgres) {
  Object.assign(connection, { user: 'test', database: 'postgres', migrate: true, max: 2 });
  setDefaultBackendFactory(createPostgresBackend as never);
}

/** The jobs of these specs: from whatever to whatever. */
export type Any = Record<string, (data: never) => unknown>;

const open: { close(): Promise<void> }[] = [];
let names = 0;

export const newName = () => `q${process.pid}-${Date.now().toString(36)}-${names++}`;

export function remote(name: string, options: Partial<RemoteQueueOptions> = {}) {
  const queue = remoteQueue<Any>(name, { connection, recheck: 200, ...options });
  open.push(queue);
  return queue;
}

export function serve(
  name: string,
  handlers: Parameters<typeof serveQueue<Any>>[1],
  options: Partial<ServeQueueOptions> = {},
) {
  const worker = serveQueue<Any>(name, handlers, { connection, concurrency: 10, ...options });
  // BullMQ prints what nobody listens to: that Redis is away, where a spec is about that.
  worker.worker.on('error', () => {});
  open.push(worker);
  return worker;
}

/** What all queues and workers of this process talk to the server by. */
export const backendOf = (queue: Queue) => Object.getPrototypeOf(queue.getBackend()) as RedisQueueBackend;

/** The next job that is added: between its arrival in the queue and that its caller knows of it. */
export function whenAdded(queue: Queue, happens: () => unknown): void {
  const add = queue.add.bind(queue);
  jest.spyOn(queue, 'add').mockImplementationOnce(async (...args) => {
    const added = await add(...args);
    await happens();
    return added;
  });
}

/** What is in the queue, but for what has ended. */
export async function leftIn(name: string, to = connection): Promise<number> {
  const queue = new Queue(name, { connection: to });
  try {
    const counts = await queue.getJobCounts('active', 'waiting', 'delayed', 'prioritized');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  } finally {
    await queue.close();
  }
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((each) => each.close()));
}
