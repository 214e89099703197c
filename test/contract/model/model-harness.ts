import type { EngineHarness } from '../../support/engine-harness.js';

/** A store whose clock moves when it is told to, and whose replies can get lost. */
export interface ModelHarness extends EngineHarness {
  /** A story begins, in these queues. */
  begin(queues: readonly string[]): Promise<void>;
  /** Of what scripts reply to `engine`, the one after `skip` others is lost with its connection; undefined: none is. Absent where there are no replies. */
  loseReply?(skip: number | undefined): void;
  /** Looks behind the port, at what the store keeps of the queue. */
  inspect(queue: string): Promise<StoreContents>;
}

export interface StoreContents {
  /** Places (`<type>~<slotKey>`) that have a record. */
  readonly records: readonly string[];
  /** What is kept of jobs beside their records, each by the job's operation id. */
  readonly details: readonly { readonly where: string; readonly op: string }[];
  /** Keys of which nobody knows what they are for. */
  readonly strangers: readonly string[];
}

export type CreateModelHarness = () => Promise<ModelHarness>;
