import type { Clock } from '../core/clock.js';
import type { JobConsumer, Turn, TurnAnswer } from '../engine/consumer.port.js';
import type { EngineOutage } from './engine-outage.js';
import { pause } from './pause.js';

export interface TurnPersistence {
  readonly engine: Pick<JobConsumer, 'turn'>;
  readonly clock: Clock;
  readonly outage: EngineOutage;
  /** The lane takes no further turn, whatever becomes of this one. */
  readonly gaveUp: () => boolean;
}

/** Again and again with the same number until the store answers: a turn whose fate is unknown may have claimed jobs. */
export async function answerTo(
  turn: Turn,
  { engine, clock, outage, gaveUp }: TurnPersistence,
): Promise<TurnAnswer | undefined> {
  while (!gaveUp()) {
    try {
      const answer = await engine.turn(turn);
      outage.answered();
      return answer;
    } catch (error) {
      await pause(clock, outage.failed(error));
    }
  }
  return undefined;
}
