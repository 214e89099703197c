import type { JobLogger } from '../core/job-logger.js';

/** A logger that throws has nowhere to say so, and must not cost a job. */
export function unfailing(logger: JobLogger): JobLogger {
  const guarded =
    <A extends unknown[]>(write: (...args: A) => void) =>
    (...args: A): void => {
      try {
        write(...args);
      } catch {
        // Nothing is left to tell.
      }
    };
  return {
    log: guarded((message: string) => logger.log(message)),
    warn: guarded((message: string) => logger.warn(message)),
    error: guarded((message: string, stack?: string) => logger.error(message, stack)),
    debug: guarded((message: string) => logger.debug(message)),
  };
}
