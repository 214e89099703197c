import { NestFactory } from '@nestjs/core';
import { DemoLogger } from './demo.logger.js';
import { demoModule } from './demo.module.js';
import { RetryTally } from './retry-tally.js';
import { Screen } from './screen.js';
import type { WorkerMessage } from './worker-pool.js';

/** One worker process: the same application, without its HTTP side. */
async function work(): Promise<void> {
  // A terminal sends Ctrl-C to every process; the first one decides when its workers stop.
  process.on('SIGINT', () => undefined);

  const logger = new DemoLogger(new Screen(process.stdout));
  const app = await NestFactory.createApplicationContext(demoModule(), { logger, abortOnError: false });

  let closing: Promise<void> | undefined;
  const stop = (): void => {
    closing ??= app.close().then(() => {
      if (process.connected) process.disconnect();
    });
  };
  process.on('message', stop);
  process.on('SIGTERM', stop);
  // Without the first process nobody would ever stop this one.
  process.on('disconnect', stop);

  const tell = (message: WorkerMessage): void => void (process.connected && process.send?.(message));
  app.get(RetryTally).report((name) => tell({ type: 'retried', name }));
  tell({ type: 'ready' });
}

work().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
  process.disconnect();
});
