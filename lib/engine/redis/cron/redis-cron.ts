import { CRON_OUTCOMES } from '../../../core/cron-record.js';
import { formatJobId, parseJobId } from '../../../core/job-id.js';
import type {
  CronAlert,
  CronCounts,
  CronDeclaration,
  CronNote,
  CronStanding,
  CronStore,
  KeptCron,
  OpenRun,
  SlotAnswer,
  SlotTake,
} from '../../cron.port.js';
import { newestLinesFirst } from '../../cron-lines.js';
import type { Actor } from '../../inspector.port.js';
import { CRON_STANDS_MS } from '../../store-limits.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import type { QueueKeys, RedisKeys } from '../redis-keys.js';
import { slotArguments } from './slot-arguments.js';

type KeptReply = readonly [
  ...[name: string, fingerprint: string, definition: string, mark: string, paused: string],
  ...[seen: string, live: number, durations: string, booted: string, resumed: string, last: string],
  counts: readonly (string | null)[],
];

/** Cron entries: each decision one script. */
export class RedisCron implements CronStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly ring: OperationRing,
  ) {}

  async declareCron({
    queue,
    bootedAt,
    entries,
  }: CronDeclaration): Promise<{ readonly now: number; readonly standings: readonly CronStanding[] }> {
    const keys = this.keys.queue(queue);
    await this.registry.add(queue);
    const own = [keys.crons, ...entries.map(({ name }) => keys.cron(name)[0])];
    const args = entries.flatMap(({ name, fingerprint, definition }) => [name, fingerprint, definition]);
    const reply = await this.connection.run<string[]>('cron-declare', keys, own, [bootedAt, CRON_STANDS_MS, ...args]);
    const standings = entries.map(({ name }, i) => {
      const letter = reply[2 * i + 2];
      return { name, mark: Number(reply[2 * i + 1]), isPaused: letter === 'P', isOutdated: letter === 'O' };
    });
    return { now: Number(reply[0]), standings };
  }

  async takeSlot(take: SlotTake): Promise<SlotAnswer> {
    const { queue, type } = take.request;
    const keys = this.keys.queue(queue);
    await this.registry.add(queue);
    const own = [...this.entryKeys(keys, type), keys.record(`${type}~${take.request.slotKey}`)];
    const args = slotArguments(take);
    const run = (operation: readonly number[]): Promise<string> =>
      this.connection.run<string>('cron-slot', keys, own, [...operation, ...args]);
    return answerOf(await this.ring.run(queue, run));
  }

  async noteCron({ queue, name, line, outcome, closes, durationMs, alert }: CronNote): Promise<void> {
    const over = closes ? openMember(name, closes) : '';
    await this.note(queue, name, [line.field, line.text, over, durationMs ?? '', ...alertArguments(alert), outcome]);
  }

  async alertCron(queue: string, name: string, alert: CronAlert): Promise<boolean> {
    return (await this.note(queue, name, ['', '', '', '', ...alertArguments(alert), ''])) === '1';
  }

  async keptCron(queue: string): Promise<readonly KeptCron[]> {
    const keys = this.keys.queue(queue);
    const replies = await this.connection.run<KeptReply[]>('cron-entries', keys, [keys.crons], []);
    return replies.map(keptOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async openRuns(queue: string): Promise<readonly OpenRun[]> {
    const { openRuns } = this.keys.queue(queue);
    const reply = await this.connection.command<string[]>('zrange', openRuns, 0, -1, 'WITHSCORES');
    const runs: OpenRun[] = [];
    for (let at = 0; at < reply.length; at += 2) {
      const [name, field, slotKey] = reply[at].split('|');
      const jobId = formatJobId({ queue, type: name, slotKey, op: field.slice(field.indexOf(':') + 1) });
      runs.push({ name, field, jobId, since: Number(reply[at + 1]) });
    }
    return runs;
  }

  async cronHistory(queue: string, name: string): Promise<readonly string[]> {
    const [, lines] = this.keys.queue(queue).cron(name);
    const history = await this.connection.command<Record<string, string>>('hgetall', lines);
    // By the clock of this process: of so many days it does not matter whose.
    return newestLinesFirst(Object.entries(history), Date.now());
  }

  async setCronPaused(queue: string, name: string, paused: boolean, by: Actor): Promise<boolean | undefined> {
    const was = await this.change(queue, name, paused ? 'pause' : 'resume', by);
    return was === '-1' ? undefined : was === '1';
  }

  async forgetCron(queue: string, name: string, by: Actor): Promise<boolean> {
    return (await this.change(queue, name, 'forget', by)) !== '-1';
  }

  private change(queue: string, name: string, what: string, { actor, reason }: Actor): Promise<string> {
    const keys = this.keys.queue(queue);
    const own = [...this.entryKeys(keys, name), keys.crons];
    return this.ring.run(queue, (operation) =>
      this.connection.run<string>('cron-pause', keys, own, [...operation, name, what, actor, reason]),
    );
  }

  private note(queue: string, name: string, args: readonly (string | number)[]): Promise<string> {
    const keys = this.keys.queue(queue);
    return this.ring.run(queue, (operation) =>
      this.connection.run<string>('cron-note', keys, this.entryKeys(keys, name), [...operation, name, ...args]),
    );
  }

  /** From KEYS[14] on: see scripts/fragments/cron-history.lua. */
  private entryKeys(keys: QueueKeys, name: string): string[] {
    return [this.ring.key(keys), keys.audit, ...keys.cron(name), keys.openRuns];
  }
}

/** As cron-slot.lua writes it. */
function openMember(name: string, { field, jobId }: Pick<OpenRun, 'field' | 'jobId'>): string {
  return `${name}|${field}|${parseJobId(jobId).slotKey}`;
}

function alertArguments(alert: CronAlert | undefined): [kind: string, about: string, data: string] {
  return alert ? [alert.kind, alert.about, alert.data] : ['', '', ''];
}

function answerOf(reply: string): SlotAnswer {
  const [status, first = '', second = '', third = ''] = reply.split(' ');
  switch (status) {
    case 'taken':
    case 'overlap':
      return { status, by: first };
    case 'early':
      return { status, remainingMs: Number(first) };
    case 'behind': {
      const paused = { ...(second && { pausedAt: Number(second) }), ...(third && { resumedAt: Number(third) }) };
      return { status, mark: Number(first), ...paused };
    }
    default:
      return { status: status as 'accepted' | 'missed' | 'paused' | 'outdated' };
  }
}

function keptOf(reply: KeptReply): KeptCron {
  const [name, fingerprint, definition, mark, paused, seen, live, durations, booted, resumed, last, counts] = reply;
  return {
    ...{ name, fingerprint, definition, live },
    mark: Number(mark),
    isPaused: paused === '1',
    seenAt: Number(seen),
    bootedAt: Number(booted),
    ...(resumed !== '' && { resumedAt: Number(resumed) }),
    durations: durations === '' ? [] : durations.trim().split(' ').map(Number),
    ...(last !== '' && { last }),
    outcomes: Object.fromEntries(CRON_OUTCOMES.map((each, i) => [each, Number(counts[i] ?? 0)])) as CronCounts,
  };
}
