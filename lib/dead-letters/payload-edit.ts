import { canonicalHash } from '../core/canonical-hash.js';
import type { JobDefinition } from '../core/job-definition.js';
import { isKeyless, type JobRef } from '../core/job-id.js';
import type { JobRegistry } from '../core/job-registry.js';
import type { JobSnapshot } from '../core/job-snapshot.js';
import { encodePayload } from '../core/payload-codec.js';
import { takeIn } from '../core/payload-intake.js';
import type { JsonPatchOperation } from '../core/replay-record.js';
import { VigilError } from '../core/vigil.error.js';
import type { Rebirth } from '../engine/dead-letter.port.js';
import { patchBetween, patched } from './payload-patch.js';

/**
 * What becomes of a payload: operations of a JSON Patch, or a whole new value.
 *
 * @example
 * const edit: PayloadEdit = { patch: [{ op: 'replace', path: '/customer/email', value: 'ada@example.org' }] };
 * @publicApi
 */
export type PayloadEdit =
  | { readonly patch: readonly JsonPatchOperation[]; readonly payload?: never }
  | { readonly payload: unknown; readonly patch?: never };

/** Of a job that nothing is ever compared with. */
const NO_HASH = '-';

/**
 * The new payload, checked by all that an enqueue is checked by: nothing of a job is moved before.
 *
 * @throws PayloadPatchError, InvalidPayloadError; VigilError `SCHEMA_UNAVAILABLE`, `PAYLOAD_NOT_JSON`, `PAYLOAD_TOO_LARGE`
 */
export async function editedPayload(
  ref: JobRef,
  job: JobSnapshot,
  edit: PayloadEdit,
  registry: JobRegistry,
  maxBytes: number,
): Promise<Required<Pick<Rebirth, 'payload' | 'patch'>>> {
  const definition = registry.get(ref.type)?.definition;
  if (!definition || definition.version < job.version) throw schemaUnavailable(ref, job.version, definition);
  const place = `replay of ${job.id}`;
  const given = edit.patch ? patched(job.payload, edit.patch, place, maxBytes) : edit.payload;
  const { text, value } = encodePayload(given, place, maxBytes, definition.schema !== undefined);
  // As the worker will: lifted to its version, and parsed by its schema.
  await takeIn(text, job.version, definition);
  return {
    payload: { text, hash: isKeyless(ref.slotKey) ? NO_HASH : canonicalHash(text) },
    patch: JSON.stringify(patchBetween(job.payload, value)),
  };
}

function schemaUnavailable(ref: JobRef, version: number, definition: JobDefinition | undefined): VigilError {
  const what = definition
    ? `its payload is of version ${version}, and ${definition.declaredBy} knows versions up to ${definition.version}`
    : `no handler of ${ref.type} is declared in this process`;
  return new VigilError(
    'SCHEMA_UNAVAILABLE',
    `replay of ${ref.type}: ${what}, so an edited payload can not be checked. Replay it from a process that handles the job.`,
  );
}
