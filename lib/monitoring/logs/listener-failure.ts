import type { JobEvent } from '../../core/job-event.js';
import type { JobLogger } from '../../core/job-logger.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';
import { errorText } from './error-text.js';

/** Writes one line for a listener that failed: of which event, of which job, and why. */
export function listenerFailure(logger: JobLogger, redactor: Redactor): (error: unknown, event: JobEvent) => void {
  return (error, event) => {
    const { name, message, stack } = recordError(error, redactor);
    const job = 'id' in event ? ` id=${event.id} name=${event.name}` : '';
    logger.error(`listener failed: event=${event.type}${job} error=${errorText(name, message)}`, stack);
  };
}
