import type { Settlement } from '../../../lib/engine/consumer.port.js';
import type { AlertOptions } from '../../../lib/monitoring/alerts/alert.options.js';
import { ALERT_RULES } from '../../../lib/monitoring/alerts/alert-rule.js';
import { section } from '../../architecture/rules/option-tables.js';
import { read } from '../../architecture/support/project.js';
import { buried, completed, retried } from '../../support/engine-settlements.js';
import { AlertStage } from './alert-stage.js';

let stage: AlertStage;
afterEach(() => stage.close());

/** A worker that handles `task` and beats for as long as the test goes on. */
async function staff(leaseMs = 86_400_000): Promise<void> {
  await stage.scene.worker({ leaseMs });
}

async function run(count: number, end: (n: number) => 'done' | 'fails' | 'dies'): Promise<void> {
  await stage.scene.enqueueMany(count);
  const jobs = await stage.scene.stranger().claim({ slots: count });
  const ends = jobs.map((job, n): Settlement => {
    const kind = end(n);
    return kind === 'done' ? completed(job) : kind === 'fails' ? retried(job, { delayMs: 80_000_000 }) : buried(job);
  });
  await stage.scene.stranger().settle(...ends);
}

interface Case {
  readonly rule: string;
  readonly when: string;
  readonly options?: AlertOptions;
  readonly fires: boolean;
  arrange(): Promise<void>;
}

const seconds = (n: number): Promise<void> => stage.clock.advance(n * 1_000);

const cases: Case[] = [
  { rule: 'job-buried', when: 'a job dies', fires: true, arrange: () => run(1, () => 'dies') },
  { rule: 'job-buried', when: 'a job fails and is tried again', fires: false, arrange: () => run(1, () => 'fails') },
  {
    ...{ rule: 'job-buried', when: 'it is switched off for the job', fires: false },
    options: { jobs: { task: { 'job-buried': false } } },
    arrange: () => run(1, () => 'dies'),
  },
  {
    ...{ rule: 'depth', when: 'more wait than may', fires: true, options: { rules: { depth: { above: 5 } } } },
    arrange: async () => void (await stage.scene.enqueueMany(6)),
  },
  {
    ...{ rule: 'depth', when: 'as many wait as may', fires: false, options: { rules: { depth: { above: 5 } } } },
    arrange: async () => void (await stage.scene.enqueueMany(5)),
  },
  {
    ...{ rule: 'depth', when: 'the limit of the job is higher than that of all', fires: false },
    options: { rules: { depth: { above: 5 } }, jobs: { task: { depth: { above: 50 } } } },
    arrange: async () => void (await stage.scene.enqueueMany(6)),
  },
  {
    ...{ rule: 'oldest-waiting', when: 'a job has waited for six minutes', fires: true },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue();
      await seconds(360);
    },
  },
  {
    ...{ rule: 'oldest-waiting', when: 'a job has waited for four minutes', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue();
      await seconds(240);
    },
  },
  {
    ...{ rule: 'oldest-waiting', when: 'a job was delayed for an hour and has waited since a moment', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue({ delayMs: 3_600_000 });
      await seconds(3_602);
      await stage.scene.sweep();
    },
  },
  {
    ...{ rule: 'oldest-waiting', when: 'a person paused the type', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue();
      const by = { actor: 'ann', reason: 'a test' };
      await stage.scene.engine.setPaused({ queue: stage.scene.queue, type: 'task' }, true, by);
      await seconds(360);
    },
  },
  {
    ...{ rule: 'failure-rate', when: 'a third of thirty attempts failed', fires: true },
    arrange: () => run(30, (n) => (n % 3 === 0 ? 'fails' : 'done')),
  },
  {
    ...{ rule: 'failure-rate', when: 'a tenth of thirty attempts failed', fires: false },
    arrange: () => run(30, (n) => (n % 10 === 0 ? 'fails' : 'done')),
  },
  { rule: 'failure-rate', when: 'all of five attempts failed', fires: false, arrange: () => run(5, () => 'fails') },
  {
    ...{ rule: 'no-progress', when: 'jobs wait, a worker lives and none has ended for ten minutes', fires: true },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue();
      await seconds(620);
    },
  },
  {
    ...{ rule: 'no-progress', when: 'one runs', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueueMany(2);
      await stage.scene.stranger().claimOne();
      await seconds(620);
    },
  },
  {
    ...{ rule: 'no-progress', when: 'one ended five minutes ago', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueueMany(2);
      await seconds(320);
      await stage.scene.stranger().settle(completed(await stage.scene.stranger().claimOne()));
      await seconds(300);
    },
  },
  {
    ...{ rule: 'no-worker', when: 'jobs wait for a minute and nobody lives', fires: true },
    arrange: async () => {
      await stage.scene.enqueue();
      await seconds(60);
    },
  },
  {
    ...{ rule: 'no-worker', when: 'a worker lives', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue();
      await seconds(60);
    },
  },
  {
    ...{ rule: 'no-worker', when: 'nothing waits', fires: false },
    arrange: async () => {
      await stage.scene.enqueue({ delayMs: 3_600_000 });
      await seconds(60);
    },
  },
  {
    ...{ rule: 'no-handler', when: 'nobody handles the version that waits', fires: true },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue({ version: 2 });
      await seconds(60);
    },
  },
  {
    ...{ rule: 'no-handler', when: 'somebody handles it', fires: false },
    arrange: async () => {
      await staff();
      await stage.scene.enqueue();
      await seconds(60);
    },
  },
  {
    ...{ rule: 'zombies', when: 'a handler went on after its attempt', fires: true },
    arrange: async () => {
      await stage.scene.enqueue({ delayMs: 80_000_000 });
      await stage.scene.engine.addFigures(stage.scene.queue, new Map([['zombies:task', 1]]), { source: 'a', seq: 1 });
    },
  },
  {
    ...{ rule: 'zombies', when: 'it did six minutes ago', fires: false },
    arrange: async () => {
      await stage.scene.enqueue({ delayMs: 80_000_000 });
      await stage.close();
      await stage.scene.engine.addFigures(stage.scene.queue, new Map([['zombies:task', 1]]), { source: 'a', seq: 1 });
      await seconds(420);
      stage.join();
    },
  },
  {
    ...{
      rule: 'stalls',
      when: 'more attempts stalled than may',
      fires: true,
      options: { rules: { stalls: { above: 1 } } },
    },
    arrange: () => stalls(2),
  },
  { rule: 'stalls', when: 'two attempts stalled', fires: false, arrange: () => stalls(2) },
  {
    ...{ rule: 'ledger-broken', when: 'a job is lost', fires: true },
    arrange: async () => {
      await stage.scene.enqueue();
      stage.store.queue(stage.scene.queue).line('task', 1).accepted++;
      await seconds(70);
    },
  },
  {
    ...{ rule: 'ledger-broken', when: 'none is', fires: false },
    arrange: async () => {
      await stage.scene.enqueue();
      await seconds(70);
    },
  },
  {
    ...{ rule: 'oldest-dead-letter', when: 'a dead letter is two hours old', fires: true },
    options: { rules: { 'oldest-dead-letter': { above: '1h' } } },
    arrange: async () => {
      await run(1, () => 'dies');
      await seconds(7_200);
    },
  },
  {
    ...{ rule: 'oldest-dead-letter', when: 'somebody resolved it', fires: false },
    options: { rules: { 'oldest-dead-letter': { above: '1h' } } },
    arrange: async () => {
      await stage.scene.enqueue();
      const job = await stage.scene.stranger().claimOne();
      await stage.scene.stranger().settle(buried(job));
      await stage.scene.engine.resolve(job, 0, { actor: 'ann', reason: 'a test' });
      await seconds(7_200);
    },
  },
  {
    ...{ rule: 'memory-pressure', when: 'Redis has used nine tenths of what it may', fires: true },
    arrange: async () => void (stage.health = { memory: { usedBytes: 90, maxBytes: 100 } }),
  },
  {
    ...{ rule: 'memory-pressure', when: 'Redis has used eight tenths of what it may', fires: false },
    arrange: async () => void (stage.health = { memory: { usedBytes: 80, maxBytes: 100 } }),
  },
  {
    ...{ rule: 'memory-pressure', when: 'dead letters take more than they may', fires: true },
    arrange: async () => {
      await run(1, () => 'dies');
      await stage.scene.sweep({ maxDeadLetterBytes: 1 });
    },
  },
  {
    ...{ rule: 'store-changed', when: 'Redis may evict jobs', fires: true },
    arrange: async () => void (stage.health = { evictionPolicy: 'allkeys-lru' }),
  },
  {
    ...{ rule: 'store-changed', when: 'somebody turned the AOF off', fires: true },
    arrange: async () => {
      stage.health = { durability: 'AOF', evictionPolicy: 'noeviction' };
      await seconds(20);
      stage.health = { durability: 'none', evictionPolicy: 'noeviction' };
    },
  },
  {
    ...{ rule: 'store-changed', when: 'all is as it was', fires: false },
    arrange: async () => void (stage.health = { durability: 'AOF', evictionPolicy: 'noeviction' }),
  },
  {
    ...{ rule: 'cron', when: 'an entry tells of a missed slot', fires: true },
    arrange: async () => {
      await stage.scene.enqueue({ delayMs: 80_000_000 });
      const { outbox } = stage.store.queue(stage.scene.queue);
      outbox.write('cron.missed', stage.clock.now(), '{"name":"nightly","slot":1}');
    },
  },
  {
    ...{ rule: 'cron', when: 'it is switched off for the entry', fires: false },
    options: { jobs: { nightly: { cron: false } } },
    arrange: async () => {
      await stage.scene.enqueue({ delayMs: 80_000_000 });
      const { outbox } = stage.store.queue(stage.scene.queue);
      outbox.write('cron.missed', stage.clock.now(), '{"name":"nightly","slot":1}');
    },
  },
];

async function stalls(count: number): Promise<void> {
  await stage.scene.enqueueMany(count);
  const worker = await stage.scene.worker();
  await worker.claim();
  await worker.die();
  await stage.scene.sweep();
}

describe('the rule', () => {
  it.each(cases)('$rule: $when: $fires', async ({ rule, fires, options, arrange }) => {
    stage = new AlertStage(options);
    await arrange();
    await seconds(30);
    const told = stage.heard.notices.filter((notice) => notice.rule === rule);
    expect(told.map(({ state }) => state)).toEqual(fires ? ['firing'] : []);
    const listed = (await stage.alerts.list({ state: 'firing' })).filter((alert) => alert.rule === rule);
    expect(listed).toHaveLength(fires ? 1 : 0);
  });

  it('about a job says who looks after it, as the workers of its newest version do', async () => {
    stage = new AlertStage({ rules: { depth: { above: 0 } } });
    const handles = { type: 'task', owner: 'post office', runbook: 'https://wiki.example.org/mail' };
    await stage.scene.worker({ leaseMs: 86_400_000, handles: [{ type: 'task', owner: 'nobody any more' }] });
    await stage.scene.worker({ leaseMs: 86_400_000, handles: [{ ...handles, versions: [1, 2] }, { type: 'other' }] });
    await stage.scene.enqueue();
    await seconds(30);
    const { owner, runbook } = handles;
    expect(stage.heard.notices).toMatchObject([{ rule: 'depth', name: 'task', owner, runbook }]);
  });

  it('is there for each that the documentation names, and has a case in which it fires and one in which it does not', () => {
    stage = new AlertStage();
    const documented = section(read('docs/monitoring.md'), '### Rules').matchAll(/^\| `([a-z-]+)`/gm);
    expect([...documented].map(([, rule]) => rule).sort()).toEqual([...ALERT_RULES].sort());
    for (const rule of ALERT_RULES) {
      const both = cases.filter((each) => each.rule === rule).map(({ fires }) => fires);
      expect(new Set(both)).toEqual(new Set([true, false]));
    }
  });
});
