import { VigilError } from './vigil.error.js';

const LONGEST = 500;

/**
 * Who does it and why; stands in the audit.
 *
 * @example
 * const by: Actor = { actor: 'ada@example.org', reason: 'the partner mended its certificate' };
 * @publicApi
 */
export interface Actor {
  readonly actor: string;
  readonly reason: string;
}

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
