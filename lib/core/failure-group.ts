import { createHash } from 'node:crypto';
import { normalisedMessage } from './normalised-message.js';

const FINGERPRINT_LENGTH = 16;

/** Failures of one kind: what a dead letter is grouped by. */
export interface FailureGroup {
  /** Fingerprint of job name, error class and normalised message. */
  readonly group: string;
  /** JSON of what all of the group have in common, and of whom to ask. */
  readonly groupLabel: string;
}

/** What the job's definition says of whoever answers for it. */
export interface Responsibility {
  readonly owner?: string;
  readonly runbook?: string;
  readonly severity?: string;
}

export interface FailureLabel extends Responsibility {
  readonly name: string;
  readonly errorName: string;
  readonly message: string;
}

export function failureGroup(
  name: string,
  errorName: string,
  errorMessage: string,
  { owner, runbook, severity }: Responsibility = {},
): FailureGroup {
  const message = normalisedMessage(errorMessage);
  const group = createHash('sha256')
    .update(JSON.stringify([name, errorName, message]))
    .digest('base64url')
    .slice(0, FINGERPRINT_LENGTH);
  const label: FailureLabel = { name, errorName, message, owner, runbook, severity };
  return { group, groupLabel: JSON.stringify(label) };
}
