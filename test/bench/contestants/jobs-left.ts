import type { INestApplicationContext } from '@nestjs/common';
import { QueueService } from 'nestjs-vigil';

/** Jobs of all queues that have not ended. */
export async function jobsLeft(app: INestApplicationContext): Promise<number> {
  const queues = await app.get(QueueService).list();
  return queues
    .flatMap(({ types }) => types)
    .reduce((sum, { scheduled, waiting, active, dead }) => sum + scheduled + waiting + active + dead, 0);
}
