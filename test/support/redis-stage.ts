import { RedisConnection } from '../../lib/engine/redis/connection/redis-connection.js';
import { RedisKeys } from '../../lib/engine/redis/redis-keys.js';
import { RedisEngine } from '../../lib/engine/redis/redis.engine.js';
import { EngineScene } from './engine-scene.js';
import type { RedisServer } from './redis-server.js';

type Run = RedisConnection['run'];

/** A connection on which something happens to every script: around `through`, which sends it. */
export class TamperedConnection extends RedisConnection {
  tamper: (script: string, through: () => Promise<unknown>) => Promise<unknown> = (_, through) => through();

  override run: Run = async <T>(...args: Parameters<Run>): Promise<T> => {
    return (await this.tamper(args[0], () => super.run(...args))) as T;
  };
}

/** A scene whose store can be looked into, and asked through a connection that can be tampered with. */
export interface RedisStage {
  readonly scene: EngineScene;
  readonly connection: TamperedConnection;
  readonly keys: RedisKeys;
}

let stages = 0;

/** Gives `play` a stage of its own. */
export async function onRedisStage(server: RedisServer, play: (stage: RedisStage) => Promise<void>): Promise<void> {
  const options = { target: server.url, prefix: `stage-${process.pid}-${++stages}`, commandTimeoutMs: 5_000 };
  const engine = new RedisEngine(options);
  const connection = new TamperedConnection(options);
  await engine.open();
  await connection.open();
  const elapse = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms + 1));
  const close = async (): Promise<void> => engine.close();
  try {
    const scene = new EngineScene({ engine, second: engine, elapse, close });
    await play({ scene, connection, keys: new RedisKeys(options.prefix) });
    await scene.checkLedger();
  } finally {
    await close();
    connection.close();
  }
}
