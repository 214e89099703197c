import type { RunDetails } from 'fast-check';

export interface StoryOptions {
  readonly runs: number;
  readonly seed: number;
  /** Of a failing run, as it was printed: where its story stands, and which of its commands were run. */
  readonly path?: string;
  readonly replayPath?: string;
  /** No further story is begun after it, nor is a failing one made shorter. */
  readonly limitMs: number;
  /** Not to make a failing story shorter: it is enough to know that there is one. */
  readonly endOnFailure: boolean;
}

const DAY_MS = 24 * 3_600_000;

/** `npm run test:model` sets the environment; without it, some stories of a new seed. */
export function storyOptions(runs: number, limitMs: number): StoryOptions {
  const { VIGIL_MODEL_RUNS, VIGIL_MODEL_SECONDS, VIGIL_MODEL_SEED, VIGIL_MODEL_PATH, VIGIL_MODEL_REPLAY } = process.env;
  const isLong = VIGIL_MODEL_RUNS !== undefined;
  return {
    runs: Number(VIGIL_MODEL_RUNS ?? runs),
    seed: Number(VIGIL_MODEL_SEED ?? Date.now() % 2 ** 31),
    limitMs: VIGIL_MODEL_SECONDS ? Number(VIGIL_MODEL_SECONDS) * 1_000 : isLong ? DAY_MS : limitMs,
    endOnFailure: process.env.VIGIL_MODEL_SHRINK === 'no',
    ...(VIGIL_MODEL_PATH && { path: VIGIL_MODEL_PATH }),
    ...(VIGIL_MODEL_REPLAY && { replayPath: VIGIL_MODEL_REPLAY }),
  };
}

/** How to see the same again. */
export function repetition<T>(engine: string, details: RunDetails<T>): string {
  const { seed, numRuns, counterexamplePath, counterexample } = details;
  const replay = /replayPath="([^"]*)"/.exec(String(counterexample))?.[1];
  const where = counterexamplePath === null ? `--runs ${numRuns}` : `--path ${counterexamplePath}`;
  return `npm run test:model -- --engine ${engine} --seed ${seed} ${where}${replay ? ` --replay ${replay}` : ''}`;
}
