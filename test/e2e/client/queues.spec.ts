import { Injectable } from '@nestjs/common';
import { AuditService, Job, JobEvents, QueueService, type QueueTarget } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;
const BY = { actor: 'ada@example.org', reason: 'the bank is down' };

@Injectable()
class Billing {
  @Job({ queue: 'billing', keepResult: true })
  async charge(order: string): Promise<string> {
    return `charged ${order}`;
  }

  @Job({ queue: 'billing', keepResult: true })
  async refund(order: string): Promise<string> {
    return `refunded ${order}`;
  }

  @Job({ queue: 'mail', keepResult: true })
  async notify(order: string): Promise<string> {
    return `notified ${order}`;
  }
}

async function startBilling() {
  const { app, jobs } = await start({ providers: [Billing] });
  return { app, jobs, queues: app.get(QueueService) };
}

describe('QueueService', () => {
  it('pauses a whole queue, which accepts jobs and starts none, until it is resumed', async () => {
    const { jobs, queues } = await startBilling();
    await queues.pause('billing', BY);
    const charged = await jobs.enqueue(Billing, 'charge', 'a');
    const refunded = await jobs.enqueue(Billing, 'refund', 'a');
    expect(await jobs.waitFor(await jobs.enqueue(Billing, 'notify', 'a'), WAIT)).toBe('notified a');
    await expect(jobs.waitFor(charged, { timeout: 100 })).rejects.toMatchObject({ code: 'WAIT_TIMEOUT' });
    expect(await jobs.get(refunded.id)).toMatchObject({ state: 'waiting', attempt: 0 });
    expect((await queues.list()).map(({ queue, paused }) => `${queue} ${paused}`)).toEqual([
      'billing true',
      'mail false',
    ]);
    await queues.resume('billing', BY);
    expect(await jobs.waitFor(charged, WAIT)).toBe('charged a');
    expect(await jobs.waitFor(refunded, WAIT)).toBe('refunded a');
  });

  it('pauses one type of job, and leaves the others of its queue running', async () => {
    const { jobs, queues } = await startBilling();
    await queues.pause({ queue: 'billing', name: 'Billing.charge' }, BY);
    const charged = await jobs.enqueue(Billing, 'charge', 'a');
    expect(await jobs.waitFor(await jobs.enqueue(Billing, 'refund', 'a'), WAIT)).toBe('refunded a');
    expect(await jobs.get(charged.id)).toMatchObject({ state: 'waiting' });
    const [billing] = await queues.list();
    expect(billing).toMatchObject({ paused: false });
    expect(billing.types.map(({ type, paused }) => `${type} ${paused}`)).toEqual([
      'Billing.charge true',
      'Billing.refund false',
    ]);
    await queues.resume({ queue: 'billing', name: 'Billing.charge' }, BY);
    expect(await jobs.waitFor(charged, WAIT)).toBe('charged a');
  });

  it('leaves an audit line and tells the events, with who and why', async () => {
    const { app, queues } = await startBilling();
    const seen: unknown[] = [];
    const subscription = app
      .get(JobEvents)
      .stream()
      .subscribe((event) => event.type.startsWith('queue.') && seen.push(event));
    await queues.pause('billing', BY);
    await queues.resume({ queue: 'billing', name: 'Billing.charge' }, BY);
    subscription.unsubscribe();
    expect(seen).toMatchObject([
      { type: 'queue.paused', queue: 'billing', ...BY },
      { type: 'queue.resumed', queue: 'billing', name: 'Billing.charge', ...BY },
    ]);
    const { items } = await app.get(AuditService).list();
    expect(items).toMatchObject([
      { action: 'resume', ...BY },
      { action: 'pause', ...BY },
    ]);
  });

  it('counts what each type of job has', async () => {
    const { jobs, queues } = await startBilling();
    await jobs.waitFor(await jobs.enqueue(Billing, 'charge', 'a'), WAIT);
    await jobs.enqueue(Billing, 'charge', 'b', { delay: '1h' });
    await eventually(async () =>
      expect((await queues.list())[0].types).toMatchObject([
        { type: 'Billing.charge', version: 1, accepted: 2, completed: 1, scheduled: 1, waiting: 0, active: 0, dead: 0 },
      ]),
    );
  });

  it.each<[unknown, unknown, string, string]>([
    ['a b', BY, 'QUEUE_NAME_INVALID', "QueueService.pause: 'a b' names no queue or job."],
    [
      '',
      BY,
      'QUEUE_NAME_INVALID',
      "'' names no queue or job. Give a queue's name, or { queue, name } for one job type",
    ],
    [{ name: 'Billing.charge' }, BY, 'QUEUE_NAME_INVALID', 'names no queue or job'],
    [{ queue: 'billing', name: 'a b' }, BY, 'QUEUE_NAME_INVALID', "'a b' names no queue or job"],
    [undefined, BY, 'QUEUE_NAME_INVALID', 'names no queue or job'],
    ['billing', undefined, 'ACTOR_AND_REASON_REQUIRED', 'QueueService.pause: say who does it and why'],
    [
      'billing',
      { actor: 'ada' },
      'ACTOR_AND_REASON_REQUIRED',
      "{ actor: 'ada@example.org', reason: 'the card was renewed' }",
    ],
    ['billing', { actor: ' ', reason: 'x' }, 'ACTOR_AND_REASON_REQUIRED', 'in 1 to 500 characters each'],
  ])('refuses to pause %j by %j', async (target, by, code, message) => {
    const { queues } = await startBilling();
    await expect(queues.pause(target as QueueTarget, by as typeof BY)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await queues.list()).not.toContainEqual(expect.objectContaining({ paused: true }));
  });
});
