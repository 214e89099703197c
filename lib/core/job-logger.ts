/**
 * The part of Nest's logger that the library writes to.
 *
 * @example
 * const quiet: JobLogger = { log() {}, warn() {}, error() {}, debug() {} };
 * @publicApi
 */
export interface JobLogger {
  log(message: string): void;
  warn(message: string): void;
  error(message: string, stack?: string): void;
  debug(message: string): void;
}
