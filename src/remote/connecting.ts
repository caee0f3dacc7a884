import {
  type BackendFactory,
  type ConnectionOptions,
  type IQueueBackend,
  isNotConnectionError,
  type Queue,
  type QueueBase,
  QueueEvents,
  type RedisQueueBackend,
} from 'bullmq';
import { describe } from '../awaitable/describe.js';

/** How the queue is reached: what both sides take, and hand on to BullMQ. */
export interface Connecting<C = ConnectionOptions> {
  /** Where Redis is, as BullMQ takes it: `{ host, port }`, or a client. */
  readonly connection: C;
  /** BullMQ's prefix of all its keys, `bull` by default. */
  readonly prefix?: string;
  /** What makes BullMQ's backend, `createPostgresBackend` say: Redis by default. */
  readonly backend?: BackendFactory<IQueueBackend, C>;
}

/** The constructors of BullMQ know the backend by its type; what we use of it, every backend has. */
export type Backend = BackendFactory<RedisQueueBackend> | undefined;

export function checkConnecting(name: string, queue: unknown, options: unknown): void {
  if (typeof queue !== 'string') throw new TypeError(`${name}: name must be a string, got ${describe(queue)}`);
  if (queue === '' || queue.includes(':')) {
    throw new RangeError(`${name}: name must not be empty nor have a colon, got ${describe(queue)}`);
  }
  const connection = (options as { readonly connection?: unknown } | undefined)?.connection;
  if (connection === undefined || connection === null) {
    throw new TypeError(`${name}: options.connection must say where Redis is, got ${describe(connection)}`);
  }
}

/** What they refuse is an 'error' of `owner`; that there is no connection, that says itself. */
export function openEvents(queue: string, { connection, prefix, backend }: Connecting, owner: QueueBase): QueueEvents {
  const options = { connection, ...(prefix !== undefined && { prefix }) };
  const events = new QueueEvents(queue, options, backend as unknown as undefined);
  return events.on('error', (error) => {
    if (isNotConnectionError(error)) owner.emit('error', error);
  });
}

/** Without a word to Redis, which need not be there; a client that the caller has made stays open. */
export async function disconnect(each: Queue | QueueEvents, close = () => each.close()): Promise<void> {
  const disconnected = each.getBackend().close(true);
  // It alone would first wait for a connection, which may never come. But what reads events must know in the same turn that it is
  // over: on PostgreSQL it would go on to read nothing, without end.
  close().catch(() => {});
  await disconnected;
}

/** Whether a connection that has refused something will never do anything else: whoever made it has closed it, or it has given up. */
export async function hasEnded(queue: Queue): Promise<boolean> {
  try {
    // On PostgreSQL there is none.
    const client = (await queue.getBackend().client) as { readonly status: string } | undefined;
    return client?.status === 'end';
  } catch {
    return true;
  }
}

interface Node {
  readonly host?: string;
  readonly port?: number | string;
}

/** What BullMQ and ioredis take, of what says where: options, or a client that has them. */
interface Place extends Node {
  readonly url?: string;
  readonly path?: string;
  readonly sentinels?: readonly Node[] | null;
  readonly startupNodes?: readonly (Node | string | number)[];
  readonly options?: Place;
}

/** For people: of options, a string or a client. Never with its password. */
export function placeOf(connection: unknown): string {
  if (typeof connection === 'string') return withoutUser(connection);
  const { options, startupNodes } = connection as Place;
  const { url, path, sentinels, ...node } = options ?? (connection as Place);
  if (startupNodes) return `the cluster of ${list(startupNodes)}`;
  if (sentinels) return `the sentinels ${list(sentinels, 26379)}`;
  return url === undefined ? (path ?? list([node])) : withoutUser(url);
}

const list = (nodes: readonly (Node | string | number)[], usual = 6379): string =>
  nodes
    .map((node) => {
      if (typeof node === 'string') return withoutUser(node);
      const { host = '127.0.0.1', port = usual } = typeof node === 'number' ? { port: node } : node;
      return `${host}:${port}`;
    })
    .join(', ');

/** Its host and port; of what is no URL, such as a path, what has no secret in it. */
function withoutUser(url: string): string {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: '' };
  if (host !== '') return `${protocol}//${host}`;
  return url.includes('@') ? 'what is no URL' : url.replace(/\?.*/s, '');
}
