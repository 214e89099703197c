import { createHash } from 'node:crypto';

const LONGEST_MESSAGE = 200;
const FINGERPRINT_LENGTH = 16;

/** Failures of one kind: what a dead letter is grouped by. */
export interface FailureGroup {
  /** Fingerprint of job name, error class and normalised message. */
  readonly group: string;
  /** JSON of what all of the group have in common. */
  readonly groupLabel: string;
}

export function failureGroup(name: string, errorName: string, errorMessage: string): FailureGroup {
  const message = normalise(errorMessage);
  const group = createHash('sha256')
    .update(JSON.stringify([name, errorName, message]))
    .digest('base64url')
    .slice(0, FINGERPRINT_LENGTH);
  return { group, groupLabel: JSON.stringify({ name, errorName, message }) };
}

/** Takes out what differs from one job to the next, so that the same fault gives the same text. */
function normalise(message: string): string {
  return (
    message
      .slice(0, 4 * LONGEST_MESSAGE)
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<uuid>')
      // Quotes only where words do not run on: the one in "can't" opens nothing.
      .replace(/(?<!\w)(['"`])(?:(?!\1).)*\1(?!\w)/g, '<text>')
      .replace(/\b(?=\w*\d)\w{8,}\b/g, '<id>')
      .replace(/\d+/g, '<n>')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST_MESSAGE)
  );
}
