import type { Page } from 'playwright-core';
import { JobWorker } from '../../../lib/index.js';
import { Books, describeDashboard, describePages, Shop } from '../../support/dashboard-scene.js';
import { eventually } from '../../support/eventually.js';

const REASON = { reason: 'the bank is back' };
const SOON = { timeout: 15_000, interval: 50 };

/** As when a tab comes to the front, which is told at once what is new. */
const look = (page: Page): Promise<unknown> => page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');

describeDashboard('lists in a browser that stays open', ({ browse }) => {
  it('show what comes and goes, and leave alone whoever is in the middle of something', async () => {
    const { page, go, bury, post, ids } = await browse(2);
    await go('dead-letters');
    const entries = page.getByRole('region', { name: 'Dead letters' });
    const boxes = entries.getByRole('checkbox');
    const mine = entries.getByRole('checkbox', { name: `Select ${ids[0]}` });
    await mine.check();
    const row = await mine.evaluateHandle((box) => box.closest('tr'));
    const held = (): Promise<unknown[]> =>
      mine.evaluate((box) => {
        const { checked } = box as unknown as { checked: boolean };
        return [checked, box.ownerDocument.activeElement === box];
      });

    const id = await bury('A-7');
    await entries.getByRole('checkbox', { name: `Select ${id}` }).waitFor();
    expect(await boxes.count()).toBe(3);
    expect(await held()).toEqual([true, true]);
    expect(await row.evaluate((node) => node?.isConnected)).toBe(true);
    expect(await page.getByRole('button', { name: 'Replay 1 selected…' }).isEnabled()).toBe(true);
    await page.getByRole('region', { name: 'Causes' }).getByRole('cell', { name: '3', exact: true }).waitFor();

    await post(`dead-letters/${ids[1]}/resolve`, REASON);
    await look(page);
    await eventually(async () => expect(await boxes.count()).toBe(2), SOON);
    expect(await held()).toEqual([true, true]);

    // What is gone takes the keyboard to the list it was in, not to the top of the page.
    await post(`dead-letters/${ids[0]}/resolve`, REASON);
    await look(page);
    await eventually(async () => expect(await boxes.count()).toBe(1), SOON);
    expect(await entries.evaluate((list) => list.ownerDocument.activeElement === list)).toBe(true);
    expect(await page.getByRole('button', { name: 'Replay selected…' }).isDisabled()).toBe(true);
  }, 60_000);

  it('keep the pages that were opened, and where one has scrolled to', async () => {
    const { page, go, bury } = await browse(60);
    await go('dead-letters');
    const rows = page.getByRole('region', { name: 'Dead letters' }).locator('tbody tr');
    expect(await rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await eventually(async () => expect(await rows.count()).toBe(60), SOON);
    const last = rows.last();
    await last.scrollIntoViewIfNeeded();
    const key = await last.getAttribute('data-key');

    const id = await bury('A-new');
    await look(page);
    await eventually(async () => expect(await rows.first().getAttribute('data-key')).toBe(id), SOON);
    // As many as were opened; the last one waits behind the button again.
    expect(await rows.count()).toBe(60);
    await page.getByRole('button', { name: 'Show more' }).click();
    await eventually(async () => expect(await rows.last().getAttribute('data-key')).toBe(key), SOON);
    expect(await page.evaluate('scrollY')).toBeGreaterThan(500);
  }, 60_000);

  it('are those of jobs, cron, audit, plans and alerts, too', async () => {
    const { admin, page, go, bury, post, ids } = await browse(2);
    const dead = page
      .getByRole('row', { name: /order\.charge/ })
      .getByRole('cell')
      .nth(5);
    await go('jobs');
    expect(await dead.innerText()).toBe('2');
    await bury('A-7');
    await look(page);
    await eventually(async () => expect(await dead.innerText()).toBe('3'), SOON);

    await go('jobs?queue=billing&name=order.charge&state=dead');
    const id = await bury('A-8');
    await look(page);
    await page.locator(`tr[data-key="${id}"]`).waitFor();

    await go('cron');
    await page.getByText('none yet').waitFor();
    expect((await post('cron/books.close/run', REASON)).status).toBe(200);
    await eventually(async () => {
      await look(page);
      expect(await page.locator('.strip .good').count()).toBe(1);
    }, SOON);

    await go('audit');
    await post(`dead-letters/${ids[0]}/resolve`, { reason: 'refunded by hand' });
    await look(page);
    const details = page.getByRole('row', { name: /refunded by hand/ }).locator('details');
    await details.locator('summary').click();
    await post(`dead-letters/${ids[1]}/resolve`, { reason: 'refunded, too' });
    await look(page);
    await page.getByRole('cell', { name: 'refunded, too' }).waitFor();
    expect(await details.getAttribute('open')).toBe('');

    await go('plans');
    await page.getByText('There was no plan yet.').waitFor();
    await post('replays', { action: 'resolve', selection: { queue: 'billing' }, reason: 'all of them' });
    await look(page);
    await page.getByRole('cell', { name: 'all of them' }).waitFor();

    await go('alerts');
    await eventually(async () => {
      await look(page);
      expect(await page.getByText('order.charge: buried').count()).toBe(1);
    }, SOON);

    await go('workers');
    const running = page.getByRole('region', { name: 'Workers' }).getByText('running', { exact: true });
    await running.waitFor();
    await admin.app.get(JobWorker).drain();
    await eventually(async () => {
      await look(page);
      expect(await running.count()).toBe(0);
    }, SOON);
  }, 90_000);
});

describePages('a page about one thing', ({ browse, forgive }) => {
  it('keeps what was written from a key pressed by mistake, but asks nothing of whoever has left it', async () => {
    const { page, go } = await browse(1);
    await go('dead-letters');
    await page.getByRole('region', { name: 'Dead letters' }).getByRole('link').click();
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Resolve…' }).click();
    await dialog.getByLabel('Reason').fill('   ');
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    expect(await dialog.getByLabel('Reason').evaluate((input) => input.matches(':invalid'))).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Edit and replay…' }).click();
    await dialog.getByLabel('Payload').fill('{ "orderId": "A-0" }');
    await page.keyboard.press('Escape');
    await dialog.getByText('remove', { exact: false }).or(dialog.getByText('/email')).first().waitFor();
    expect(await dialog.getByLabel('Payload').inputValue()).toBe('{ "orderId": "A-0" }');
    await page.goBack();
    await dialog.waitFor({ state: 'detached' });

    await page.route('**/api/workers*', (route) => route.fulfill({ contentType: 'text/html', body: 'Sign in' }));
    await go('workers');
    await page.getByText('perhaps you have to sign in again').waitFor();
  }, 60_000);

  it('goes on after what could not be read, and says when its dead letter is settled by others', async () => {
    const { page, go, post, ids } = await browse(3);
    await go(`dead-letters/${ids[0]}`);
    await page.getByRole('button', { name: 'Edit and replay…' }).waitFor();
    await post(`dead-letters/${ids[0]}/resolve`, REASON);
    await eventually(async () => {
      await look(page);
      expect(await page.getByText('It is not dead any more: resolved.').count()).toBe(1);
    }, SOON);

    await go(`jobs/${ids[1]}`);
    Shop.isMended = true;
    await page.route('**/api/jobs/**', (route) => route.abort());
    const failed = page.waitForEvent('requestfailed');
    await Promise.all([failed, post(`dead-letters/${ids[1]}/replay`, REASON)]);
    await page.unroute('**/api/jobs/**');
    await page.getByRole('status').getByText('completed').waitFor();

    const plan = { action: 'replay', selection: { queue: 'billing' }, ratePerSecond: 1, ...REASON };
    const { id } = (await post('replays', plan)).body as { id: string };
    await go(`plans/${id}`);
    // How many there are to come is not known here.
    await page.getByText(/^Put back: \d$/).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    const isRefused = page.waitForResponse((response) => response.status() === 503);
    await page.route('**/api/replays/**', (route) => route.fulfill({ status: 503 }));
    await isRefused;
    await page.unroute('**/api/replays/**');
    await page.getByRole('link', { name: 'Back to the dead letters' }).waitFor();
    await page.getByText('completed', { exact: true }).waitFor();

    await go('cron');
    await page.route('**/api/cron?*', (route) => route.abort());
    await page.getByRole('button', { name: 'Run now…' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('the books were corrected');
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    // It was run: to be asked again would run it twice.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(() => Books.closed === 1);
    await page.unroute('**/api/cron?*');
    await page.locator('.strip .good').waitFor();
    forgive('ERR_FAILED');
    forgive('503');
  }, 90_000);
});
