import type { AttemptRecord, ErrorCause } from '../../core/attempt.js';
import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { JsonPatchOperation, ReplayRecord } from '../../core/replay-record.js';
import type { Redactor } from '../../core/redaction.js';
import type { JobLife } from '../../dead-letters/job-lives.js';

/** An operation of a patch as people see it who may not see payloads. */
export type ShownOperation = Pick<JsonPatchOperation, 'op' | 'path'>;

export interface ShownReplay extends Omit<ReplayRecord, 'patch'> {
  readonly patch?: readonly ShownOperation[] | 'left out';
}

export interface ShownLife extends Omit<JobLife, 'begunBy'> {
  readonly begunBy?: ShownReplay;
}

/**
 * What leaves the process: errors and payloads without secrets, also those that were written before a name was known to be one.
 * Ids and keys stay as they are, since they are asked for again.
 */
export class AdminView {
  constructor(private readonly redactor: Redactor) {}

  text(text: string): string {
    return this.redactor.text(text);
  }

  /** A payload, result or progress. */
  value(value: unknown): unknown {
    return this.redactor.value(value);
  }

  summary<T extends Pick<DeadLetterSummary, 'errorName' | 'errorMessage'>>(letter: T): T {
    return { ...letter, errorName: this.text(letter.errorName), errorMessage: this.text(letter.errorMessage) };
  }

  attempt<T extends AttemptRecord>(attempt: T): T {
    const { error } = attempt;
    if (!error) return attempt;
    const { stack, causes } = error;
    return {
      ...attempt,
      error: {
        ...error,
        ...this.cause(error),
        ...(stack !== undefined && { stack: this.text(stack) }),
        causes: causes.map((cause) => this.cause(cause)),
      },
    };
  }

  private cause({ name, message, code }: ErrorCause): ErrorCause {
    return {
      name: this.text(name),
      message: this.text(message),
      ...(code !== undefined && { code: this.text(code) }),
    };
  }

  /** With a reason that somebody gave. */
  said<T extends { readonly reason: string }>(entry: T): T {
    return { ...entry, reason: this.text(entry.reason) };
  }

  lives(lives: readonly JobLife[]): ShownLife[] {
    return lives.map(({ begunBy, attempts, ...life }) => ({
      ...life,
      ...(begunBy && { begunBy: this.replay(begunBy) }),
      attempts: attempts.map((attempt) => this.attempt(attempt)),
    }));
  }

  /** Without the values of a patch: they are parts of a payload. */
  replay({ patch, ...given }: ReplayRecord): ShownReplay {
    const replay = this.said(given);
    if (patch === undefined) return replay;
    return { ...replay, patch: patch === 'left out' ? patch : patch.map(shownOperation) };
  }

  /** The same with them, for those who may see payloads. */
  replayWithValues({ patch, ...given }: ReplayRecord): ReplayRecord {
    const replay = this.said(given);
    if (patch === undefined || patch === 'left out') return { ...replay, ...(patch && { patch }) };
    return { ...replay, patch: patch.map((operation) => this.cleanOperation(operation)) };
  }

  /** What a field is called stands in the path, so the value is judged below its names. */
  private cleanOperation(operation: JsonPatchOperation): JsonPatchOperation {
    if (!('value' in operation)) return operation;
    const names = operation.path.split('/').slice(1).map(unescaped);
    const nested = names.reduceRight<unknown>((value, name) => ({ [name]: value }), operation.value);
    let clean = this.value(nested);
    for (const name of names) clean = isRecord(clean) ? clean[name] : clean;
    return { ...operation, value: clean };
  }
}

function shownOperation({ op, path }: JsonPatchOperation): ShownOperation {
  return { op, path };
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
