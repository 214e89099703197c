import { SAMPLES_OF_GROUP } from '../../../lib/engine/store-limits.js';
import { formatJobId } from '../../../lib/core/job-id.js';
import { AdvanceCommand, SweepCommand } from './commands/time.command.js';
import { isOpen, type ModelJob } from './model-job.js';
import type { StoreModel } from './store.model.js';
import { ACTOR, TICK_MS, TICKS_TO_FORGET, TYPES } from './story-stage.js';
import type { World } from './world.js';

const ALL = 1_000;

/** At the end of a story: every job, every list, the dead letters, the audit, the alerts; and again when all windows are over. */
export async function lookAtAll(model: StoreModel, world: World): Promise<void> {
  await look(model, world);
  // First what nobody runs any more ends, and then what is kept of the ends.
  for (let n = 0; n < 2; n++) {
    await new AdvanceCommand(TICKS_TO_FORGET).run(model, world);
    for (const queue of world.queues.keys()) await new SweepCommand(queue).run(model, world);
  }
  expect(model.jobs.filter((job) => !isOpen(job) && model.find(job.ref) === job)).toEqual([]);
  await look(model, world);
  for (const queue of world.queues) await compareContents(model, world, queue);
}

async function look(model: StoreModel, world: World): Promise<void> {
  await compareJobs(model, world);
  for (const queue of world.queues) {
    await compareLists(model, world, queue);
    await compareDeadLetters(model, world, queue);
    await compareGroups(world, queue);
    await compareAudit(model, world, queue);
    await compareAlerts(model, world, queue);
  }
  model.burials.length = 0;
}

async function compareJobs(model: StoreModel, world: World): Promise<void> {
  for (const job of new Map(model.jobs.map((each) => [each.ref.op, each])).values()) {
    const found = await world.engine.get(job.ref);
    if (model.find(job.ref)) expect(found).toMatchObject(snapshotOf(job));
    else expect(found).toBeUndefined();
  }
}

function snapshotOf(job: ModelJob): Record<string, unknown> {
  const { ref, version, state, life, key } = job;
  const identity = { id: formatJobId(ref), name: ref.type, queue: ref.queue, version, state, life };
  const known = { ...identity, ...(key !== undefined && { idempotencyKey: key }) };
  if (!isOpen(job)) return { ...known, ...(job.result !== undefined && { result: JSON.parse(job.result) as unknown }) };
  const { attempts, failures, stalls, cancelRequested, history, progress, reason, payload } = job;
  return {
    ...{ ...known, attempt: attempts, failures, stalls, cancelRequested, payload: JSON.parse(payload) as unknown },
    attempts: { length: history },
    ...(progress !== undefined && { progress: JSON.parse(progress) as unknown }),
    ...(state === 'dead' && { burial: { id: identity.id, reason } }),
  };
}

async function compareLists(model: StoreModel, world: World, queue: string): Promise<void> {
  for (const type of TYPES) {
    for (const state of ['scheduled', 'waiting', 'active', 'dead'] as const) {
      const { items } = await world.engine.list({ queue, type, state }, ALL);
      const expected = model.in(queue, state).filter(({ ref }) => ref.type === type);
      const listed = items.map(({ id }) => id);
      expect([...listed].sort()).toEqual(expected.map(idOf).sort());
      const ranks = new Map(expected.map((job) => [idOf(job), rankOf(job)]));
      const inOrder = listed.map((id) => ranks.get(id)!);
      expect(inOrder).toEqual([...inOrder].sort(inTurn));
    }
  }
}

/** In which order a list has it; those of one rank came at the same instant. */
function rankOf(job: ModelJob): readonly number[] {
  if (job.state === 'scheduled') return [job.dueAt];
  if (job.state === 'dead') return [-job.burial];
  if (job.state === 'active') return [job.attempt!.startedAt];
  return [job.version, job.suspect ? -1 : job.level, job.place];
}

function inTurn(a: readonly number[], b: readonly number[]): number {
  const n = a.findIndex((each, index) => each !== b[index]);
  return n < 0 ? 0 : a[n] - b[n];
}

async function compareDeadLetters(model: StoreModel, world: World, queue: string): Promise<void> {
  const { items } = await world.engine.deadLetters({ queue }, ALL);
  const dead = model.in(queue, 'dead');
  expect(items.map(({ id, reason }) => `${id} ${reason}`).sort()).toEqual(
    dead.map((job) => `${idOf(job)} ${job.reason}`).sort(),
  );
}

/** Kept with each burial and its end; what is listed at this moment tells what they must come to. */
async function compareGroups(world: World, queue: string): Promise<void> {
  const { items: letters } = await world.engine.deadLetters({ queue }, ALL);
  const expected = new Map<string, string[]>();
  for (const { name, group, id } of letters) {
    const cause = `${name} ${group}`;
    expected.set(cause, [...(expected.get(cause) ?? []), id]);
  }
  const { items } = await world.engine.deadLetterGroups({ queue }, ALL);
  const told = items.map(({ name, group, count }) => `${name} ${group} ${count}`);
  expect(told.sort()).toEqual([...expected].map(([cause, ids]) => `${cause} ${ids.length}`).sort());
  for (const { name: type, group, samples } of items) {
    const ids = expected.get(`${type} ${group}`) ?? [];
    expect(samples).toEqual(ids.slice(0, SAMPLES_OF_GROUP));
    const found = await world.engine.deadLetters({ queue, type, group }, ALL);
    expect(found.items.map(({ id }) => id)).toEqual(ids);
  }
}

async function compareAudit(model: StoreModel, world: World, queue: string): Promise<void> {
  const { items } = await world.engine.audit(queue, ALL);
  const expected = model.audit.filter((line) => line.queue === queue).reverse();
  expect(items).toHaveLength(expected.length);
  expect(items).toMatchObject(expected.map((line) => ({ ...line, ...ACTOR })));
}

/** Every burial raised one alert. */
async function compareAlerts(model: StoreModel, world: World, queue: string): Promise<void> {
  const alerts = await world.engine.takeAlerts(queue, ALL, TICK_MS);
  const entryIds = alerts.map(({ entryId }) => entryId);
  if (entryIds.length > 0) await world.engine.acknowledgeAlerts(queue, entryIds);
  const told = alerts.map(({ kind, data }) => `${kind} ${(JSON.parse(data) as { id: string }).id}`);
  const burials = model.burials.filter((id) => id.startsWith(`${queue}~`));
  expect(told.sort()).toEqual(burials.map((id) => `job.buried ${id}`).sort());
}

/** Once the ends are forgotten, nothing is kept but what is live or dead. */
async function compareContents(model: StoreModel, world: World, queue: string): Promise<void> {
  const contents = await world.harness.inspect(queue);
  const kept = model.jobs.filter((job) => job.ref.queue === queue && isOpen(job)).map(({ ref }) => ref);
  expect([...contents.records].sort()).toEqual(kept.map(({ type, slotKey }) => `${type}~${slotKey}`).sort());
  const ops = new Set(kept.map(({ op }) => op));
  const orphans = contents.details.filter(({ op }) => !ops.has(op));
  expect({ orphans, strangers: contents.strangers }).toEqual({ orphans: [], strangers: [] });
}

function idOf({ ref }: ModelJob): string {
  return formatJobId(ref);
}
