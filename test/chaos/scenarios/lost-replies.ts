import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { ScriptName } from '../../../lib/engine/redis/connection/redis-scripts.js';
import { eventually } from '../../support/eventually.js';
import { QUEUE, type Field } from '../field.js';
import { changingScripts, LostReplies } from '../lost-replies.js';
import { Operator } from '../operator.js';
import type { Producer } from '../producer.js';
import type { Scenario } from '../scenario.js';
import { PhantomWorker } from '../workers/phantom-worker.js';

/** For a script to come by that is asked for all the time, or that follows from what was done for it. */
const SOON_MS = 4_000;
const TRIES = 4;
const HOUR_MS = 3_600_000;

export const lostReplies: Scenario = {
  name: 'lost-replies',
  fault: 'F7',
  shows: 'the reply of every script in turn is lost, and that of its repetition: each took effect once',
  short: { rounds: 2, jobs: 0 },
  long: { rounds: 10, jobs: 0 },

  async run(field, { rounds }) {
    const proxy = await field.proxy();
    const losing = new LostReplies(proxy);
    const { url } = proxy;
    const setup = {
      url,
      options: { noHandlerGraceMs: 300, sweepIntervalMs: 100, concurrency: 5, auditRetentionMs: HOUR_MS },
    };
    await field.fleet(2, setup);
    const producer = await field.producer(url);
    const operator = new Operator(await field.engine(url));
    const deed = () =>
      field.pick([
        { do: 'step', ms: 10 },
        { do: 'linger', ms: 20 },
        { do: 'linger', ms: 40 },
        { do: 'failOnce', ms: 20 },
      ] as const);
    // What died to provoke a script is never done, and counts.
    const load = field.load(producer, { deed, backlog: 2 * changingScripts.length });
    const provoke = provocations(field, producer, operator, () => field.worker(setup));
    for (const script of changingScripts) {
      losing.arm(script, rounds);
      for (let tries = 1; !losing.allLost; tries++) {
        if (tries > TRIES) throw new Error(`nobody asks for ${script}`);
        await provoke[script]?.();
        await eventually(() => losing.allLost, { timeout: SOON_MS }).catch(() => undefined);
      }
    }
    await load.stop();
    for (const each of await operator.doneOtherThanOnce(await field.engine())) field.complaints.push(each);
    return `${changingScripts.length} scripts, ${changingScripts.length * rounds} replies lost`;
  },
};

/** What leads to the scripts that do not come by of themselves while jobs are enqueued and done. */
function provocations(
  field: Field,
  producer: Producer,
  operator: Operator,
  replacement: () => Promise<unknown>,
): Partial<Record<ScriptName, () => Promise<unknown>>> {
  const { engine } = producer;
  const killOne = async (): Promise<void> => {
    const victims = await field.until('a worker is in mid-job', () => field.working().length > 0 && field.working());
    await Promise.all([field.pick(victims).kill(), replacement()]);
  };
  const deadOne = async (): Promise<string> => {
    const id = (await producer.send({ do: 'refuse' }))!;
    await field.until('it is dead', async () => (await engine.get(parseJobId(id)))?.state === 'dead');
    return id;
  };
  const planned = async (): Promise<void> => operator.plan(await deadOne());
  const locked = (): Promise<void> => operator.lock();
  const stray = (): Promise<void> => throughAPhantom(field, producer);
  return {
    'acknowledge-alerts': deadOne,
    'add-figures': () => operator.count(),
    'bury-expired': () => producer.send({ do: 'end' }, { type: 'nobody', expiresIn: '20ms' }),
    'bury-unhandled': () => producer.send({ do: 'end' }, { type: 'nobody' }),
    cancel: async () => operator.cancel((await producer.send({ do: 'end' }, { delay: '1h' }))!),
    'cron-declare': () => operator.cron(),
    'cron-note': () => operator.cron(),
    'cron-pause': () => operator.cron(),
    'cron-slot': () => operator.cron(),
    'forget-workers': killOne,
    'give-back': stray,
    'give-back-lock': locked,
    'import-dead': async () => operator.import(await deadOne()),
    'ledger-keep': () => operator.keepBooks(),
    'note-depths': () => operator.noteDepths(),
    pause: async () => {
      await operator.setPaused(true);
      await operator.setPaused(false);
    },
    'plan-attend': planned,
    'plan-look': planned,
    'plan-move': planned,
    'plan-open': planned,
    'plan-write': planned,
    reclaim: killOne,
    'renew-lock': locked,
    replay: async () => operator.replay(await deadOne()),
    resolve: async () => operator.resolve(await deadOne()),
    retire: stray,
    'take-lock': locked,
    'write-alerts': () => operator.writeAlert(),
    watch: async () => watchOne(engine, (await producer.send({ do: 'linger', ms: 100 }))!),
  };
}

/** A claim of which the worker never knew is given back, claimed again and done. */
async function throughAPhantom(field: Field, producer: Producer): Promise<void> {
  const phantom = new PhantomWorker(producer.engine, field.notes, 'stray');
  await phantom.beat();
  await producer.send({ do: 'end' }, { type: 'stray' });
  const first = await field.until('the phantom has it', async () => (await phantom.claim()) ?? false);
  await phantom.beat(first.fencingToken);
  const again = await field.until('the phantom has it again', async () => (await phantom.claim()) ?? false);
  await phantom.complete(again);
  await phantom.retire();
}

async function watchOne(engine: JobEngine, id: string): Promise<void> {
  const end = await engine.watch(parseJobId(id), AbortSignal.timeout(10_000));
  if (end === 'unknown' || end.state !== 'completed')
    throw new Error(`${QUEUE}: ${id} was seen to end as ${JSON.stringify(end)}`);
}
