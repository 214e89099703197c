import type { AdminView } from '../views/admin-view.js';

/** For the log, which is told what the answer is not. */
export function failureLine(error: unknown, view: AdminView): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `an admin request failed: ${view.text(text)}`;
}
