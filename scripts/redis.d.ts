/** A redis-server of one's own. */
export interface RedisServer {
  readonly port: number;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function hasRedis(): boolean;

export function startRedis(): Promise<RedisServer>;
