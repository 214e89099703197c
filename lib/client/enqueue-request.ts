import { canonicalHash } from '../core/canonical-hash.js';
import { isPromise } from '../core/is-promise.js';
import type { ContractDefinition } from '../core/job-definition.js';
import { isKeyless, keylessSlot, newOp, parseJobId, slotOfKey } from '../core/job-id.js';
import { encodePayload } from '../core/payload-codec.js';
import type { TraceOrigin } from '../core/trace-origin.js';
import { applySchema } from '../core/payload-schema.js';
import { VigilError } from '../core/vigil.error.js';
import type { EnqueueRequest } from '../engine/producer.port.js';
import { checkEnqueueOptions, type EnqueueOptions, type RequestedTiming } from './enqueue.options.js';
import { idempotencyKeyOf } from './idempotency-key.js';

/** Of the canonical JSON, for a job that nothing is ever compared with. */
const NO_HASH = '-';
const NO_OPTIONS: RequestedTiming = {};

/** A request of which all is checked and its payload written down, but for the fingerprint. */
export type RequestDraft = EnqueueRequest;

export function fingerprinted(draft: RequestDraft): EnqueueRequest {
  if (draft.key !== undefined) (draft as { payloadHash: string }).payloadHash = canonicalHash(draft.payload);
  return draft;
}

/** Tells whoever works the job off where it comes from. */
export function tracedTo(origin: TraceOrigin, drafts: readonly RequestDraft[]): void {
  for (const draft of drafts)
    (draft as { overrides: EnqueueRequest['overrides'] }).overrides = { ...draft.overrides, trace: origin };
}

/**
 * Checks everything about one job before anything is sent. A promise only where the schema is asynchronous.
 *
 * @param place what errors call it; the job's name, and its position among many
 * @throws VigilError with the code of what is wrong
 */
export function draftRequest(
  contract: ContractDefinition,
  payload: unknown,
  options: EnqueueOptions | undefined,
  maxBytes: number,
  place = contract.name,
): RequestDraft | Promise<RequestDraft> {
  const { name, queue, version, schema } = contract;
  const timing = options ? checkEnqueueOptions(options, place) : NO_OPTIONS;
  const { text, value } = encodePayload(payload, place, maxBytes, schema !== undefined);
  const key = idempotencyKeyOf(contract, value, options?.idempotencyKey, place);
  const slotKey = key === undefined ? undefined : slotOfKey(key);
  const id = options?.id;
  const op = id === undefined ? newOp() : repeatedOp(contract, slotKey, id, place);
  // Written out: to put an object together by spreading takes longer than all of its checks.
  const request: EnqueueRequest = {
    queue,
    type: name,
    version,
    slotKey: slotKey ?? keylessSlot(op),
    op,
    level: timing.level ?? contract.level,
    payload: text,
    payloadHash: NO_HASH,
    key,
    overrides: timing.overrides,
    delayMs: timing.delayMs,
    dueAt: timing.dueAt,
    expiresInMs: timing.expiresInMs,
    repeat: id !== undefined,
  };
  if (!schema) return request;
  // Stored as sent: the worker parses it again, by its own newer or older schema.
  const checked = applySchema(schema, value, place);
  return isPromise(checked) ? checked.then(() => request) : request;
}

/** Of the enqueue that is repeated by its id. */
function repeatedOp(
  { name, queue }: ContractDefinition,
  slotKey: string | undefined,
  id: string,
  place: string,
): string {
  const ref = parseJobId(id);
  const sameSlot = slotKey === undefined ? isKeyless(ref.slotKey) : ref.slotKey === slotKey;
  if (ref.queue !== queue || ref.type !== name || !sameSlot) {
    throw new VigilError(
      'JOB_ID_MISMATCH',
      `${place}: the id ${id} belongs to another job or another key. Give the id that the error of this very enqueue carried, with the same payload.`,
    );
  }
  return ref.op;
}
