import { formatJobId, newOp, parseJobId, slotOfKey } from '../../lib/core/job-id.js';
import type { SlotTake } from '../../lib/engine/cron.port.js';
import { eventually } from '../support/eventually.js';
import type { JobEngine } from '../../lib/engine/engine.port.js';
import type { Actor } from '../../lib/engine/inspector.port.js';
import { QUEUE } from './field.js';

const WINDOW_MS = 3_600_000;
const MOST_LINES = 1_000;
/** That nobody else counts. */
const FIGURE = 'chaos';

/** Does what people do to jobs and queues, and remembers it: the audit must tell of each deed once. */
export class Operator {
  private readonly deeds: string[] = [];
  private readonly counted: { first?: number; times: number } = { times: 0 };
  private slots = 0;
  private lastToken = 0;
  private readonly by: Actor = { actor: 'chaos', reason: 'a fault is on its way' };

  constructor(private readonly engine: JobEngine) {}

  async setPaused(paused: boolean): Promise<void> {
    // A type that nobody has: the work is to go on.
    await this.engine.setPaused({ queue: QUEUE, type: 'nobody' }, paused, this.by);
    this.deeds.push(`${paused ? 'pause' : 'resume'} nobody`);
  }

  async cancel(id: string): Promise<void> {
    // The audit leaves cancellations to the count of the cancelled.
    expectStatus('cancel', id, (await this.engine.cancel(parseJobId(id))).status, 'cancelled');
  }

  async replay(id: string): Promise<void> {
    expectStatus('replay', id, (await this.engine.replay(parseJobId(id), this.by)).status, 'ok');
    this.deeds.push(`replay ${id}`);
  }

  async resolve(id: string): Promise<void> {
    expectStatus('resolve', id, (await this.engine.resolve(parseJobId(id), WINDOW_MS, this.by)).status, 'ok');
    this.deeds.push(`resolve ${id}`);
  }

  /** Into another queue, whose books are not those of the producers; the second time, it is there. */
  async import(id: string): Promise<void> {
    const { engine, by } = this;
    const found = await engine.copyDead(parseJobId(id));
    if (!found) throw new Error(`${id} is not dead`);
    const queue = `${QUEUE}-imported`;
    const { type, slotKey, op } = found;
    const summary = { ...found.summary, queue, id: formatJobId({ queue, type, slotKey, op }) };
    const copy = { ...found, queue, summary };
    expectStatus('import', id, (await engine.importDead(copy, by)).status, 'ok');
    expectStatus('import again', id, (await engine.importDead(copy, by)).status, 'already');
    const [{ accepted, dead }] = (await engine.stats(queue)).types;
    expectStatus('import', id, `accepted ${accepted}`, `accepted ${dead}`);
  }

  /** What is counted is counted once, in whichever minute. */
  async count(): Promise<void> {
    const { engine } = this;
    const minute = Math.floor((await engine.storeTime()) / 60_000);
    this.counted.first ??= minute;
    await engine.addFigures(QUEUE, new Map([[FIGURE, 1]]), { source: FIGURE, seq: ++this.counted.times });
    const minutes = Array.from({ length: minute + 2 - this.counted.first }, (_, n) => this.counted.first! + n);
    const found = await engine.minuteFigures(QUEUE, minutes);
    const sum = found.reduce((so, { figures }) => so + (figures.get(FIGURE) ?? 0), 0);
    expectStatus('count', FIGURE, String(sum), String(this.counted.times));
  }

  async keepBooks(): Promise<void> {
    const reading = await this.engine.readLedger(QUEUE);
    expectStatus('ledger', QUEUE, JSON.stringify(reading.findings), '[]');
    await this.engine.keepLedger(reading);
    const { at } = (await this.engine.lastLedger(QUEUE)) ?? {};
    expectStatus('ledger', QUEUE, String(at), String(reading.at));
  }

  noteDepths(): Promise<void> {
    return this.engine.noteDepths(QUEUE);
  }

  /** Each write raises the revision by one, whether or not its answer came. */
  async writeAlert(): Promise<void> {
    const { engine } = this;
    const revision = async (): Promise<number> => {
      const kept = await engine.keptAlerts(QUEUE);
      return kept.find(({ key }) => key === 'chaos')?.revision ?? 0;
    };
    const before = await revision();
    await engine.writeAlerts(QUEUE, [{ key: 'chaos', revision: before, text: '{}' }]);
    expectStatus('alert', 'chaos', String(await revision()), String(before + 1));
  }

  /** Two runs want the lock of a cron entry for one slot: the first has it until it gives it back, and the second never. */
  async lock(): Promise<void> {
    const { locks } = this.engine;
    if (!locks) throw new Error('this engine keeps no locks');
    const slot = ++this.slots;
    const first = { entry: 'nightly', slot, run: 'first', owner: `first-${slot}`, holder: 'chaos', ttlMs: 60_000 };
    const claim = { ...first, movesMark: true, per: 'entry' } as const;
    const rival = { ...claim, run: 'second', owner: `second-${slot}` };
    const nobody = (): void => undefined;
    const given = await locks.take(claim, nobody);
    const refused = await locks.take(rival, nobody);
    expectStatus('lock', claim.owner, String(given.taken), 'true');
    expectStatus('lock', rival.owner, refused.taken ? 'taken' : refused.reason, 'slot-taken');
    expectStatus('renew', claim.owner, String(await locks.renew(claim)), 'true');
    await locks.giveBack(claim);
    expectStatus('renew after giving back', claim.owner, String(await locks.renew(claim)), 'false');
    const fencingToken = given.taken ? given.fencingToken : 0;
    if (fencingToken <= this.lastToken) throw new Error(`token ${fencingToken} came after ${this.lastToken}`);
    this.lastToken = fencingToken;
  }

  /** An entry is declared, given one slot, noted, paused and resumed; each is seen to have been done once. */
  async cron(): Promise<void> {
    const { engine, by } = this;
    const queue = `${QUEUE}-cron`;
    const name = `entry-${++this.slots}`;
    const declaration = { queue, bootedAt: 1, entries: [{ name, fingerprint: 'daily', definition: '{}' }] };
    const first = await engine.declareCron(declaration);
    await eventually(async () => (await engine.storeTime()) > first.now + 2);
    const slot = first.now + 1;
    const take = slotOf(queue, name, slot);
    expectStatus('slot', name, (await engine.takeSlot(take)).status, 'accepted');
    expectStatus('slot again', name, (await engine.takeSlot(slotOf(queue, name, slot))).status, 'taken');
    const [open] = (await engine.openRuns(queue)).filter((run) => run.name === name);
    await engine.noteCron({ queue, name, line: take.line, outcome: 'completed', closes: open, durationMs: 7 });
    const kept = (await engine.keptCron(queue)).find((entry) => entry.name === name);
    expectStatus('note', name, `${String(kept?.durations)} ${kept?.outcomes.completed}`, '7 1');
    expectStatus('pause', name, String(await engine.setCronPaused(queue, name, true, by)), 'false');
    expectStatus('resume', name, String(await engine.setCronPaused(queue, name, false, by)), 'true');
    const { items } = await engine.audit(queue, MOST_LINES);
    const told = items.filter(({ target }) => target === name).map(({ action }) => action);
    expectStatus('audit', name, told.join(' '), 'cron-resume cron-pause');
  }

  /** Replays one by a plan, step by step. */
  async plan(id: string): Promise<void> {
    const { engine, by } = this;
    const ref = parseJobId(id);
    const planId = `plan-${ref.op}`;
    const begun = await engine.writePlan({ planId, text: 'begun', live: true });
    const line = { action: 'plan-begun', revision: 1, ...by, before: 'null', after: '{}' } as const;
    const fence = begun?.fence ?? 0;
    const part = await engine.openPlanPart(QUEUE, planId, fence, line);
    const { cursor = '' } = part ?? {};
    const letters = [{ ref, life: 0, windowMs: WINDOW_MS }];
    const where = { planId, queue: QUEUE, fence, cursor, letters };
    const moved = await engine.movePlanned({ ...where, action: 'replay', keepSteps: true, ...by });
    expectStatus('plan', id, `${moved?.moved} moved, ${moved?.missed} missed`, '1 moved, 0 missed');
    const looked = await engine.lookAtPlanned(QUEUE, planId, 1);
    expectStatus('plan', id, `${looked.moved} moved, ${looked.missed} missed`, '1 moved, 0 missed');
    const attended = await engine.attendPlans('chaos', WINDOW_MS);
    if (!attended.some(({ text }) => text === 'begun')) throw new Error(`nobody may attend to the plan of ${id}`);
    const ended = await engine.writePlan({ planId, expected: 'begun', text: 'ended', live: false });
    if (!ended) throw new Error(`the plan of ${id} can not be ended`);
    this.deeds.push(`plan-begun ${planId}`, `replay ${id}`);
  }

  /** What the audit tells more or less often than it was done. */
  async doneOtherThanOnce(engine: JobEngine): Promise<string[]> {
    const { items } = await engine.audit(QUEUE, MOST_LINES);
    const lines = items.map(({ action, target }) => `${action} ${target}`);
    const count = (among: readonly string[], line: string): number => among.filter((each) => each === line).length;
    return [...new Set([...lines, ...this.deeds])].flatMap((line) => {
      const [told, done] = [count(lines, line), count(this.deeds, line)];
      return told === done ? [] : [`'${line}' was done ${done} times, and is in the audit ${told} times`];
    });
  }
}

function slotOf(queue: string, name: string, slot: number): SlotTake {
  const op = newOp();
  const request = { queue, type: name, version: 1, slotKey: slotOfKey(slot), op, key: slot, level: 1 } as const;
  return {
    request: { ...request, payload: JSON.stringify({ slot }), payloadHash: '-' },
    ...{ slot, kind: 'run', fingerprint: 'daily', after: 0, mostLive: 1, missed: [], missedCount: 0 },
    line: { field: `${slot}:${op}`, text: '{}' },
    ...{ overlapText: '{}', alert: JSON.stringify({ name }), instance: 'chaos' },
  };
}

function expectStatus(what: string, id: string, status: string, expected: string): void {
  if (status !== expected) throw new Error(`${what} of ${id}: ${status}, not ${expected}`);
}
