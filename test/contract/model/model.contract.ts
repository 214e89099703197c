import { asyncModelRun, asyncProperty, check, commands, defaultReportMessage, type AsyncCommand } from 'fast-check';
import { soon } from '../../support/engine-soon.js';
import { EnqueueCommand, LateRepeatCommand } from './commands/enqueue.command.js';
import { LateWriteCommand } from './commands/late-write.command.js';
import { CancelCommand, DigCommand, PauseCommand } from './commands/operator.command.js';
import { ClaimRaceCommand, EnqueueRaceCommand, SettleRaceCommand } from './commands/race.command.js';
import { AdvanceCommand, SweepCommand } from './commands/time.command.js';
import { TurnCommand } from './commands/turn.command.js';
import { CrashCommand, RecordCommand, RenewCommand, RetireCommand } from './commands/worker.command.js';
import { lookAtAll } from './last-look.js';
import type { CreateModelHarness, ModelHarness } from './model-harness.js';
import { StoreModel } from './store.model.js';
import { repetition, storyOptions } from './story-options.js';
import { World } from './world.js';

/** What can happen; what stands here more than once happens more often. */
const DEEDS = [
  ...[EnqueueCommand.any, EnqueueCommand.any, LateRepeatCommand.any],
  ...[TurnCommand.claiming, TurnCommand.claiming, TurnCommand.any],
  ...[TurnCommand.ending, TurnCommand.ending],
  ...[RenewCommand.any, RenewCommand.any, RenewCommand.any],
  ...[CrashCommand.any, RetireCommand.any, RecordCommand.any],
  ...[LateWriteCommand.any, AdvanceCommand.any, SweepCommand.any, SweepCommand.any],
  ...[CancelCommand.any, PauseCommand.any, DigCommand.any, DigCommand.any],
  ...[EnqueueRaceCommand.any, ClaimRaceCommand.any, SettleRaceCommand.any],
];

const MOST_DEEDS = 70;
const LAST_STORY_MS = 30_000;
const TEST_TIMEOUT_MS = 24 * 3_600_000;

type Story = Iterable<AsyncCommand<StoreModel, World>>;

export interface ShortForm {
  /** What `npm run test:model` calls it. */
  readonly engine: string;
  readonly runs: number;
  readonly limitMs: number;
}

/** Holds a store to the model, whatever happens in whatever order. */
export function modelContract(createHarness: CreateModelHarness, { engine, runs, limitMs }: ShortForm): void {
  const options = storyOptions(runs, limitMs);
  let harness: ModelHarness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness?.close());

  it(
    'agrees with a model of few lines about every answer, every job and every count, whatever is done in whatever order',
    async () => {
      let playing = Promise.resolve();
      const { seed, path, replayPath, endOnFailure } = options;
      const story = commands<StoreModel, World, false>(DEEDS, { maxCommands: MOST_DEEDS, size: 'max', replayPath });
      const details = await check(
        asyncProperty(story, (deeds) => (playing = play(harness, deeds))),
        { numRuns: options.runs, seed, path, interruptAfterTimeLimit: options.limitMs, unbiased: true, endOnFailure },
      );
      const again = repetition(engine, details);
      process.stderr.write(`${details.numRuns} stories on ${engine}; again: ${again}\n`);
      // One that hangs, or fails late, is not excused by the time that is over.
      if (details.interrupted && !details.failed) await soon(playing, 'the end of the last story', LAST_STORY_MS);
      if (details.failed) {
        throw new Error(`${defaultReportMessage(details)}\n\nAgain: ${again}`, { cause: details.errorInstance });
      }
    },
    TEST_TIMEOUT_MS,
  );
}

async function play(harness: ModelHarness, deeds: Story): Promise<void> {
  const model = new StoreModel();
  const world = await World.begin(harness);
  await asyncModelRun(() => ({ model, real: world }), deeds);
  await lookAtAll(model, world);
}
