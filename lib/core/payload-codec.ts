import { isFaithful, unfaithfulAt } from './faithful-json.js';
import { VigilError } from './vigil.error.js';

/** How a job without a payload is kept: JSON has no word for undefined. */
export const NO_PAYLOAD = '';

export interface EncodedPayload {
  /** JSON text, as it is sent and kept. */
  readonly text: string;
  /** What a reader of the text will see; the payload itself unless something in it turned itself into JSON. */
  readonly value: unknown;
}

/**
 * Writes a payload as JSON, or refuses it with the path of what would not come back as it went in.
 *
 * @param convertible a schema stands behind it: what has `toJSON`, and instances of classes, are sent as the JSON they become
 * @throws VigilError `PAYLOAD_NOT_JSON`, `PAYLOAD_TOO_LARGE`
 */
export function encodePayload(
  payload: unknown,
  jobName: string,
  maxBytes: number,
  convertible: boolean,
): EncodedPayload {
  if (payload === undefined) return { text: NO_PAYLOAD, value: undefined };
  const faithful = isFaithful(payload);
  if (!faithful) refuseUnfaithful(payload, jobName, convertible);
  const text = JSON.stringify(payload);
  // Three bytes are the most that one unit of a text can take.
  if (text.length * 3 > maxBytes) refuseOversize(Buffer.byteLength(text), jobName, maxBytes);
  return { text, value: faithful ? payload : JSON.parse(text) };
}

export function decodePayload(text: string): unknown {
  return text === NO_PAYLOAD ? undefined : JSON.parse(text);
}

function refuseUnfaithful(payload: unknown, jobName: string, convertible: boolean): void {
  const found = unfaithfulAt(payload, convertible);
  if (!found) return;
  throw new VigilError(
    'PAYLOAD_NOT_JSON',
    `${jobName}: a payload is sent as JSON, which would not bring it back unchanged. ${found.path || 'The payload itself'}: ${found.what}.`,
  );
}

function refuseOversize(bytes: number, jobName: string, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new VigilError(
    'PAYLOAD_TOO_LARGE',
    `${jobName}: the payload takes ${bytes} bytes, more than maxPayloadBytes (${maxBytes}). Keep the data where it is and send a reference to it, or raise maxPayloadBytes.`,
  );
}
