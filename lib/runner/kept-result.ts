import type { AttemptOutcome } from './attempt-outcome.js';

/**
 * A handler's result as it is kept. What JSON can not carry, or what is too large, is not kept: the work is done, and doing
 * it again for the sake of its answer would do more harm than a waiting caller who is told `RESULT_NOT_KEPT`.
 */
export function keepResult(result: unknown, maxBytes: number): AttemptOutcome {
  // A handler that returns nothing has a result as well: null is what JSON has for it.
  if (result === undefined) return { kind: 'completed', result: 'null' };
  let text: string | undefined;
  try {
    text = JSON.stringify(result);
  } catch (error) {
    return {
      kind: 'completed',
      notKept: `JSON can not carry it: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    };
  }
  if (text === undefined) return { kind: 'completed', notKept: `JSON can not carry a ${typeof result}` };
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes)
    return { kind: 'completed', notKept: `its ${bytes} bytes are more than maxPayloadBytes (${maxBytes})` };
  return { kind: 'completed', result: text };
}
