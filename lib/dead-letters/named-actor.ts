import { VigilError } from '../core/vigil.error.js';
import type { Actor } from '../engine/inspector.port.js';

const LONGEST = 500;

/**
 * Who does it and why, checked: both stand in the audit for whoever asks later.
 *
 * @throws VigilError `ACTOR_AND_REASON_REQUIRED`
 */
export function namedActor(by: Actor | undefined, place: string): Actor {
  const { actor, reason } = by ?? {};
  for (const text of [actor, reason]) {
    if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST) {
      throw new VigilError(
        'ACTOR_AND_REASON_REQUIRED',
        `${place}: say who does it and why, in 1 to ${LONGEST} characters each: { actor: 'ada@example.org', reason: 'the card was renewed' }.`,
      );
    }
  }
  return { actor: (actor as string).trim(), reason: (reason as string).trim() };
}
