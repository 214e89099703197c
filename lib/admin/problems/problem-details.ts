import { HttpException, HttpStatus } from '@nestjs/common';
import { issueText, namesTo, type SchemaIssue } from '../../core/issue-text.js';
import { VigilError } from '../../core/vigil.error.js';
import type { AdminView } from '../views/admin-view.js';

/** RFC 9457. */
export interface ProblemDetails {
  /** `about:blank` where the status says it all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Of the error, as docs/errors.md has it. */
  readonly code?: string;
  /** Of an edited payload that its schema refuses. */
  readonly errors?: readonly ProblemField[];
}

export interface ProblemField {
  /** A JSON Pointer into the payload. */
  readonly pointer: string;
  readonly detail: string;
}

const STATUS: Readonly<Partial<Record<string, number>>> = {
  ADMIN_QUERY_INVALID: 400,
  LIMIT_INVALID: 400,
  CURSOR_INVALID: 400,
  JOB_ID_INVALID: 400,
  JOB_QUERY_INVALID: 400,
  IDEMPOTENCY_KEY_INVALID: 400,
  CONTRACT_INVALID: 400,
  QUEUE_NAME_INVALID: 400,
  DEAD_LETTER_SELECTION_INVALID: 400,
  JOB_UNKNOWN: 404,
  DEAD_LETTER_UNKNOWN: 404,
  PLAN_UNKNOWN: 404,
  CRON_UNKNOWN: 404,
  DEAD_LETTER_SETTLED: 409,
  PLAN_STATE: 409,
  PAYLOAD_TOO_LARGE: 413,
  ADMIN_BODY_INVALID: 422,
  ACTOR_AND_REASON_REQUIRED: 422,
  REPLAY_OPTIONS_INVALID: 422,
  PLAN_OPTIONS_INVALID: 422,
  SILENCE_INVALID: 422,
  DURATION_INVALID: 422,
  PATCH_FAILED: 422,
  PATCH_FORBIDDEN: 422,
  PAYLOAD_INVALID: 422,
  PAYLOAD_NOT_JSON: 422,
  SCHEMA_UNAVAILABLE: 422,
  ENGINE_UNAVAILABLE: 503,
  ENGINE_TIMEOUT: 504,
  ENGINE_FULL: 503,
};

const GENERIC: Readonly<Partial<Record<number, string>>> = {
  500: 'Something went wrong; the log of the process that answered has more.',
  503: 'The store of the jobs can not be reached or takes nothing at the moment. Nothing was changed.',
  504: 'The store of the jobs did not answer in time. Whether something was changed is unknown: look again.',
};

/** What leaves the process is cleaned by it. */
export type Cleaner = Pick<AdminView, 'text' | 'value'>;

/** What a client is told of an error. Of what went wrong inside it learns no more than that. */
export function problemOf(error: unknown, view: Cleaner): ProblemDetails {
  if (error instanceof HttpException) return ofStatus(error.getStatus(), view.text(error.message));
  const { code } = Object(error) as Partial<VigilError>;
  const status = (error instanceof VigilError && code !== undefined && STATUS[code]) || 500;
  if (status === 500) return ofStatus(500, GENERIC[500]);
  const fields = fieldsOf(error, view);
  const detail = GENERIC[status] ?? (hides(error, fields, view) ? MISFIT : view.text((error as VigilError).message));
  return {
    ...ofStatus(status, detail),
    type: `urn:nestjs-vigil:problem:${String(code).toLowerCase().replaceAll('_', '-')}`,
    code,
    ...(fields.length > 0 && { errors: fields }),
  };
}

function ofStatus(status: number, detail: string | undefined): ProblemDetails {
  return { type: 'about:blank', title: titleOf(status), status, ...(detail !== undefined && { detail }) };
}

function titleOf(status: number): string {
  const name = HttpStatus[status] ?? 'ERROR';
  return name[0] + name.slice(1).toLowerCase().replaceAll('_', ' ');
}

const MOST_FIELDS = 20;
const MISFIT = 'The edited payload does not fit its schema: see errors.';

function fieldsOf(error: unknown, view: Cleaner): ProblemField[] {
  const { issues = [] } = error as { issues?: readonly SchemaIssue[] };
  return issues.slice(0, MOST_FIELDS).map((issue) => ({
    pointer: namesTo(issue)
      .map((name) => `/${tokenOf(name)}`)
      .join(''),
    detail: issueText(issue, view),
  }));
}

/** The error itself says the same of its fields, but in one text. */
function hides(error: unknown, fields: readonly ProblemField[], view: Cleaner): boolean {
  const { issues = [] } = error as { issues?: readonly SchemaIssue[] };
  return fields.some(({ detail }, n) => detail !== view.text(issues[n].message));
}

function tokenOf(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
