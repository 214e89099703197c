import { Injectable, type INestApplication } from '@nestjs/common';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { Cron, Job, JobClient, NonRetryableJobError } from '../../../lib/index.js';
import { ADA, ADAPTERS, adminApps, versioned, type AdminApp } from '../../support/admin-app.js';
import { describeWithChromium, graveViolations } from '../../support/chromium.js';
import { eventually } from '../../support/eventually.js';

const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

const schema = z.object({ orderId: z.string(), email: z.string(), password: z.string() });

@Injectable()
class Shop {
  static isMended = false;
  static readonly charged: z.infer<typeof schema>[] = [];

  @Job({
    name: 'order.charge',
    queue: 'billing',
    maxRetries: 0,
    keepResult: true,
    schema,
    owner: HOSTILE,
    runbook: `javascript:alert('owned')`,
  })
  async charge(order: z.infer<typeof schema>): Promise<string> {
    if (!Shop.isMended && order.email !== 'ada@example.org')
      throw Object.assign(new NonRetryableJobError(`the bank ${HOSTILE} said no`), { status: 400 });
    Shop.charged.push(order);
    return `charged ${HOSTILE}`;
  }
}

@Injectable()
class Books {
  static closed = 0;

  @Cron('0 3 1 1 *', { name: 'books.close', timeZone: 'UTC' })
  async close(): Promise<void> {
    Books.closed += 1;
  }
}

const ORDER = { orderId: 'A-1', email: HOSTILE, password: 'hunter2' };

describeWithChromium('the dashboard in a browser', (open) => {
  describe.each(ADAPTERS)('on %s', (adapter) => {
    const start = adminApps();
    let faults: string[];

    beforeEach(() => {
      Shop.isMended = false;
      Shop.charged.length = 0;
      Books.closed = 0;
      faults = [];
    });
    // Whatever the browser refused or could not run: a policy that is broken, a script that fails.
    afterEach(() => expect(faults).toEqual([]));

    const browse = async (amount: number): Promise<{ admin: AdminApp; page: Page; ids: string[] }> => {
      const admin = await start(adapter, { providers: [Shop, Books] }, { arrange: versioned });
      const ids: string[] = [];
      for (let n = 0; n < amount; n++)
        ids.push((await admin.app.get(JobClient).enqueue(Shop, 'charge', { ...ORDER, orderId: `A-${n}` })).id);
      const address = `${admin.url}/internal/v0/admin/jobs`;
      await eventually(async () => expect(await deadIn(address)).toBe(amount));
      const page = await open({ extraHTTPHeaders: ADA });
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      await page.goto(address);
      return { admin, page, ids };
    };

    const deadIn = async (address: string): Promise<number> => {
      const response = await fetch(`${address}/api/dead-letters?limit=100`, { headers: ADA });
      return ((await response.json()) as { items: unknown[] }).items.length;
    };

    it('finds a cause, tells what a replay would move, replays, and sees it through', async () => {
      const { page } = await browse(3);
      await page.getByRole('link', { name: 'Dead letters', exact: true }).click();
      await page
        .getByRole('region', { name: 'Causes' })
        .getByRole('link', { name: /said no/ })
        .click();
      await page.getByRole('button', { name: 'Replay all that match…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('the bank is back');
      await expect(dialog.getByRole('button', { name: 'Replay', exact: true }).isDisabled()).resolves.toBe(true);
      await dialog.getByRole('button', { name: 'Dry run' }).click();
      await dialog.getByText('3 dead letters would be replayed').waitFor();
      expect(Shop.charged).toEqual([]);

      Shop.isMended = true;
      await dialog.getByRole('button', { name: 'Replay 3' }).click();
      await page.getByText('Settled: 3 of 3').waitFor();
      await page.getByText('completed', { exact: true }).waitFor();
      expect(Shop.charged.map(({ orderId }) => orderId).sort()).toEqual(['A-0', 'A-1', 'A-2']);
    }, 60_000);

    it('edits a payload by its difference alone, and shows both lives', async () => {
      const { page, ids } = await browse(1);
      await page.goto(`${page.url().split('#')[0]}#/dead-letters/${ids[0]}`);
      await page.getByRole('button', { name: 'Edit and replay…' }).click();
      const dialog = page.getByRole('dialog');
      const payload = JSON.parse(await dialog.getByLabel('Payload').inputValue());
      expect(payload).toEqual({ ...ORDER, orderId: 'A-0', password: '[redacted]' });
      await dialog.getByLabel('Payload').fill(JSON.stringify({ ...payload, email: 7 }));
      await dialog.getByLabel('Reason').fill('a typo');
      await dialog.getByRole('button', { name: 'Replay' }).click();
      await dialog.getByRole('alert').getByText('/email').waitFor();
      // The browser says that an answer was 422.
      faults = faults.filter((fault) => !fault.includes('422'));

      await dialog.getByLabel('Payload').fill(JSON.stringify({ ...payload, email: 'ada@example.org' }));
      await expect(dialog.locator('.difference').innerText()).resolves.toContain('/email');
      await dialog.getByRole('button', { name: 'Replay' }).click();
      await page.getByText('Life 2, the newest').waitFor();
      await page.getByRole('status').getByText('completed').waitFor();
      expect(Shop.charged).toEqual([{ orderId: 'A-0', email: 'ada@example.org', password: 'hunter2' }]);
    }, 60_000);

    it('resolves with a reason that stands in the audit', async () => {
      const { page, ids } = await browse(1);
      await page.goto(`${page.url().split('#')[0]}#/dead-letters/${ids[0]}`);
      await page.getByRole('button', { name: 'Resolve…' }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill(`refunded ${HOSTILE}`);
      await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
      await page.getByRole('status').getByText('resolved', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'Audit' }).click();
      await page.getByRole('cell', { name: `refunded ${HOSTILE}` }).waitFor();
      await page.getByRole('cell', { name: 'ada@example.org' }).waitFor();
    }, 60_000);

    it('shows whatever came from a job as text', async () => {
      const { page, ids } = await browse(1);
      const pages = [
        'overview',
        'dead-letters',
        `dead-letters/${ids[0]}`,
        'jobs',
        `jobs/${ids[0]}`,
        'cron',
        'workers',
        'alerts',
        'audit',
        'plans',
      ];
      const base = page.url().split('#')[0];
      for (const each of pages) {
        await page.goto(`${base}#/${each}`);
        await page.locator('.page > :nth-child(2)').first().waitFor();
        expect([each, await page.locator('main img, main script, a[href^="javascript:" i]').count()]).toEqual([
          each,
          0,
        ]);
      }
      await page.goto(`${base}#/dead-letters/${ids[0]}`);
      await page.getByText(`the bank ${HOSTILE} said no`).first().waitFor();
      await page.getByText(HOSTILE, { exact: true }).first().waitFor();
      expect(await page.title()).not.toBe('owned');
    }, 60_000);

    it('runs a cron entry now, pauses it, and lets it go on', async () => {
      const { admin, page } = await browse(0);
      await eventually(async () => {
        const { status } = await fetch(`${admin.url}/internal/v0/admin/jobs/api/cron/books.close`, { headers: ADA });
        expect(status).toBe(200);
      });
      await page.getByRole('link', { name: 'Cron', exact: true }).click();
      await page.getByRole('link', { name: 'books.close' }).click();
      const ask = async (verb: string): Promise<void> => {
        await page.getByRole('button', { name: `${verb}…` }).click();
        await page.getByRole('dialog').getByLabel('Reason').fill('the books were corrected');
        await page
          .getByRole('dialog')
          .getByRole('button', { name: verb.split(' ')[0], exact: true })
          .click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      };
      await ask('Run now');
      await eventually(() => Books.closed === 1);
      await page.getByRole('region', { name: 'Slots' }).getByText('completed').waitFor();
      await ask('Pause');
      await page.getByText('paused', { exact: true }).waitFor();
      await ask('Resume');
      await page.getByText('scheduled', { exact: true }).waitFor();
    }, 60_000);

    it.each(['light', 'dark'] as const)(
      'has nothing that keeps anybody out, %s',
      async (colorScheme) => {
        const { page, ids } = await browse(1);
        await page.emulateMedia({ colorScheme });
        const base = page.url().split('#')[0];
        const pages = [
          'overview',
          'dead-letters',
          `dead-letters/${ids[0]}`,
          'jobs',
          `jobs/${ids[0]}`,
          'cron',
          'workers',
          'alerts',
          'audit',
        ];
        for (const each of pages) {
          await page.goto(`${base}#/${each}`);
          await page.locator('.page > :nth-child(2)').first().waitFor();
          await page.locator(`a[aria-current=page][href="#/${each.split('/')[0]}"]`).waitFor();
          expect([each, await graveViolations(page)]).toEqual([each, []]);
        }
        await page.goto(`${base}#/dead-letters/${ids[0]}`);
        await page.getByRole('button', { name: 'Edit and replay…' }).click();
        expect(await graveViolations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        expect(await page.evaluate('document.activeElement.textContent')).toBe('Edit and replay…');
      },
      60_000,
    );

    it('says that it has lost its connection, and that it is back', async () => {
      const { admin, page } = await browse(0);
      await page.getByText('Live', { exact: true }).waitFor();
      const port = Number(new URL(admin.url).port);
      await admin.app.close();
      await page.getByText('Connection lost.').waitFor();
      expect(await page.getByText('Connection lost.').isVisible()).toBe(true);
      // What the browser says of a server that is away.
      faults = faults.filter((fault) => !fault.includes('ERR_'));
      const again: INestApplication = (
        await start(
          adapter,
          { providers: [Shop] },
          {
            arrange: (app) => {
              versioned(app);
              const listen = app.listen.bind(app);
              app.listen = () => listen(port, '127.0.0.1');
            },
          },
        )
      ).app;
      expect(new URL(await again.getUrl()).port).toBe(String(port));
      await page.getByText('Connection lost.').waitFor({ state: 'hidden' });
      faults = faults.filter((fault) => !fault.includes('ERR_'));
    }, 60_000);
  });
});
