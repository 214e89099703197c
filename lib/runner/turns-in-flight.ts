import { ASKED_NOTHING, type Asked } from './claim-budget.js';

/** So many turns of one queue may be under way: while the store is at work on one, the other is made ready. */
const LANES = 2;
/** A further turn is worth its round trip for so many ended attempts. */
const LEAST_AHEAD = 4;
const MOST_AHEAD = 64;

/** Every so many turns begin at the lowest priority, so that it is not starved. */
const LOWEST_FIRST_EVERY = 16;

/** Turns that follow one another: the store remembers the answer to the last one of each lane. */
export interface TurnLane {
  readonly number: number;
  /** Of its last turn. */
  seq: number;
  inFlight: boolean;
  /** The highest fencing token that was known when its turn was first sent: what the turn claims has a higher one. */
  tokenBefore: number;
  /** What its turn asked for, until that came or was given up. */
  asked: Asked;
}

/** The turns of one queue that are under way. */
export class TurnsInFlight {
  private readonly lanes: readonly TurnLane[] = Array.from({ length: LANES }, (_, number) => ({
    number,
    seq: 0,
    inFlight: false,
    tokenBefore: 0,
    asked: ASKED_NOTHING,
  }));

  /** With so many ended attempts a turn begins although another one is under way. */
  readonly worthwhile: number;

  constructor(slots: number) {
    this.worthwhile = Math.min(Math.max(Math.ceil(slots / LANES), LEAST_AHEAD), MOST_AHEAD);
  }

  get idle(): boolean {
    return this.lanes.every(({ inFlight }) => !inFlight);
  }

  /** One without a turn under way. */
  free(): TurnLane | undefined {
    return this.lanes.find(({ inFlight }) => !inFlight);
  }

  /** @returns the number of the turn that begins */
  begin(lane: TurnLane, lastToken: number): number {
    lane.inFlight = true;
    lane.tokenBefore = lastToken;
    return ++lane.seq;
  }

  lowestFirst(seq: number): boolean {
    return seq % LOWEST_FIRST_EVERY === 0;
  }

  /** The highest token of which it is sure that no older claim is still on its way here. */
  sureToken(highest: number): number {
    return this.lanes.reduce((sure, lane) => (lane.inFlight ? Math.min(sure, lane.tokenBefore) : sure), highest);
  }
}
