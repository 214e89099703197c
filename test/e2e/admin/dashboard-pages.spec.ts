import type { AdminRequest, AdminRight } from '../../../lib/index.js';
import { HeaderGuard } from '../../support/admin-app.js';
import { describeDashboard, describePages, HOSTILE, pagesAbout } from '../../support/dashboard-scene.js';
import { graveViolations } from '../../support/chromium.js';

describeDashboard('the pages of the dashboard', ({ browse }) => {
  it('show whatever came from a job as text', async () => {
    const { page, ids, go } = await browse(1);
    for (const each of pagesAbout(ids[0])) {
      await go(each);
      const foreign = await page.locator('main img, main script, a[href^="javascript:" i]').count();
      expect([each, foreign]).toEqual([each, 0]);
    }
    await go(`dead-letters/${ids[0]}`);
    await page.getByText(`the bank ${HOSTILE} said no`).first().waitFor();
    await page.getByText(HOSTILE, { exact: true }).first().waitFor();
    expect(await page.title()).not.toBe('owned');
  }, 60_000);
});

describePages('the pages of the dashboard, for everybody', ({ browse }) => {
  it.each([
    ['light', undefined],
    // The same elements in other colours.
    ['dark', ['color-contrast']],
  ] as const)(
    'have nothing that keeps anybody out, %s',
    async (colorScheme, rules) => {
      const { page, ids, go } = await browse(1);
      await page.emulateMedia({ colorScheme });
      for (const each of pagesAbout(ids[0])) {
        await go(each);
        expect([each, await graveViolations(page, rules)]).toEqual([each, []]);
      }
      await go(`dead-letters/${ids[0]}`);
      await page.getByRole('button', { name: 'Edit and replay…' }).click();
      await page.getByLabel('Payload').fill('{\n  "orderId": nothing\n}');
      expect(await graveViolations(page, rules)).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Edit and replay…');
    },
    60_000,
  );

  it('offer nothing that would be refused', async () => {
    const rights: AdminRight[] = ['view'];
    const authorize = async (_: AdminRequest, right: AdminRight): Promise<boolean> => rights.includes(right);
    const { page, ids, go } = await browse(2, { admin: { guards: [HeaderGuard], authorize } });
    const changes = page.locator('main').getByRole('button', { name: /…$|trial|Select/ });
    const offered = async (): Promise<number> =>
      (await changes.count()) + (await page.locator('main [type=checkbox]').count());
    for (const each of pagesAbout(ids[0])) {
      await go(each);
      expect([each, await offered()]).toEqual([each, 0]);
    }
    await page.getByText('may look, not act').waitFor();
    for (const each of [`dead-letters/${ids[0]}`, `jobs/${ids[0]}`]) {
      await go(each);
      await page.getByText('Payloads are shown to those who have the right to see them').waitFor();
      expect(await page.getByText('A-0"').count()).toBe(0);
    }

    rights.push('operate', 'view-payload');
    await page.reload();
    for (const each of ['dead-letters', `dead-letters/${ids[0]}`, 'jobs', 'cron', 'cron/books.close', 'alerts']) {
      await go(each);
      expect([each, await offered()]).not.toEqual([each, 0]);
    }
    expect(await page.getByText('may look, not act').count()).toBe(0);
  }, 60_000);

  it('fit a phone: nothing is beside the screen, and everything can be hit', async () => {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const { page, ids, go } = await browse(3, { context: phone });
    const beside = (): Promise<unknown> =>
      page.evaluate(`[document.documentElement.scrollWidth > innerWidth && 'the page', ...[...document.querySelectorAll('a, button, input, select, textarea, summary')]
        .filter((each) => each.checkVisibility() && !each.matches('.skip'))
        .filter((each) => { const { left, right } = each.getBoundingClientRect(); return left < 0 || right > innerWidth; })
        .map((each) => each.outerHTML.slice(0, 120))].filter(Boolean)`);
    /** Of links inside of sentences, the line is as high as it is (WCAG 2.5.8 exempts them). */
    const tooSmall = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea, summary')]
        .filter((each) => each.checkVisibility() && !each.matches('.skip') && !each.closest('p, .words, dd'))
        .map((each) => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 24 || height < 24)
        .map(([html, { width, height }]) => width.toFixed(0) + '×' + height.toFixed(0) + ' ' + html)`);
    const look = async (at: string): Promise<void> =>
      expect([at, await beside(), await tooSmall()]).toEqual([at, [], []]);
    for (const each of pagesAbout(ids[0])) {
      await go(each);
      await look(each);
    }
    await go(`dead-letters/${ids[0]}`);
    for (const name of ['Replay…', 'Edit and replay…', 'Resolve…']) {
      await page.getByRole('button', { name, exact: true }).tap();
      await page.getByRole('dialog').waitFor();
      await look(name);
      await page.getByRole('button', { name: 'Cancel' }).tap();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    for (const name of ['Overview', 'Dead letters', 'Jobs', 'Cron', 'Workers', 'Alerts', 'Audit']) {
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).tap();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
  }, 60_000);
});
