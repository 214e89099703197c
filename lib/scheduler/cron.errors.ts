import { VigilError } from '../core/vigil.error.js';

/**
 * No cron entry has this name, neither in the store nor in this process.
 *
 * @example
 * if (error instanceof CronUnknownError) throw new NotFoundException(error.message);
 * @publicApi
 */
export class CronUnknownError extends VigilError {
  constructor(name: string, place: string) {
    super('CRON_UNKNOWN', `${place}: there is no cron entry '${name.slice(0, 128)}'. CronService.list() names all.`);
  }
}
