import { eventually } from '../../support/eventually.js';
import { HOSTILE, ORDER, Shop, describeDashboard } from '../../support/dashboard-scene.js';

interface Written {
  readonly value: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

describeDashboard('dead letters in a browser', ({ browse, forgive }) => {
  it('are found by their cause; what a replay would move is told, it is done, and seen through', async () => {
    const { page } = await browse(3);
    await page.getByRole('link', { name: 'Dead letters', exact: true }).click();
    const causes = page.getByRole('region', { name: 'Causes' });
    await causes
      .getByRole('img', { name: '3 in the last 24 hours, 3 of them in the last one; most, 3, in the last hour.' })
      .waitFor();
    expect(await causes.locator('.spark rect').count()).toBe(24);
    expect(await causes.locator('.spark rect:not(.none)').count()).toBe(1);
    await causes.getByRole('link', { name: /said no/ }).click();
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

  it('are edited by their difference alone, with what the schema refuses beside its line, and show both lives', async () => {
    const { page, ids, go } = await browse(1);
    await go(`dead-letters/${ids[0]}`);
    await page.getByRole('button', { name: 'Edit and replay…' }).click();
    const dialog = page.getByRole('dialog');
    const text = dialog.getByLabel('Payload');
    const payload = JSON.parse(await text.inputValue());
    expect(payload).toEqual({ ...ORDER, orderId: 'A-0', password: '[redacted]' });
    const write = (value: object): Promise<void> => text.fill(JSON.stringify(value, null, 2));
    const marked = (): Promise<string[]> => dialog.locator('.lines .wrong').allInnerTexts();
    /** What a screen reader says of the field, beside its name. */
    const described = (): Promise<string> =>
      text.evaluate((field) =>
        (field.getAttribute('aria-describedby') ?? '')
          .split(' ')
          .map((id: string) => field.ownerDocument.getElementById(id)?.textContent)
          .join(' '),
      );

    await text.fill('{\n  "orderId": "A-0",\n  "email": nobody\n}');
    expect(await marked()).toEqual([expect.stringMatching(/"email": nobody[^]*This is no JSON yet/)]);

    await write({ ...payload, email: 7 });
    expect(await marked()).toEqual([]);
    await dialog.getByLabel('Reason').fill('a typo');
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await dialog.getByRole('alert').getByText('One field is refused').waitFor();
    forgive('422');
    expect(await marked()).toEqual([expect.stringMatching(/"email": 7,[^]*expected string/)]);
    expect(await described()).toMatch(/Line 3 \/email .*expected string/);
    expect(await text.getAttribute('aria-invalid')).toBe('true');
    const chosen = await text.evaluate((field) => {
      const { value, selectionStart, selectionEnd } = field as unknown as Written;
      return [field.ownerDocument.activeElement === field, value.slice(selectionStart, selectionEnd)];
    });
    expect(chosen).toEqual([true, '7']);

    // What is said holds until its field is another one, wherever that stands by then.
    await write({ note: 'first', ...payload, email: 7 });
    expect(await described()).toMatch(/Line 4 \/email/);
    await write({ ...payload, email: 'ada@example.org' });
    expect([await marked(), await text.getAttribute('aria-invalid')]).toEqual([[], 'false']);
    await expect(dialog.locator('.difference').innerText()).resolves.toContain('/email');
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Life 2, the newest').waitFor();
    await page.getByRole('status').getByText('completed').waitFor();
    expect(Shop.charged).toEqual([{ orderId: 'A-0', email: 'ada@example.org', password: 'hunter2' }]);
  }, 60_000);

  it('are replayed as they were picked, by one request that tells what became of each', async () => {
    const { page, ids, go, post } = await browse(4);
    await go('dead-letters');
    const entries = page.getByRole('region', { name: 'Dead letters' });
    await page.getByRole('button', { name: 'Select all shown' }).click();
    await entries.getByRole('checkbox', { name: `Select ${ids[3]}` }).uncheck();
    await page.getByRole('button', { name: 'Replay 3 selected…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the bank is back');
    // Somebody is faster with one.
    await post(`dead-letters/${ids[1]}/resolve`, { reason: 'refunded by hand' });
    Shop.isMended = true;
    const asked: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && asked.push(new URL(request.url()).pathname));
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await dialog.getByRole('alert').getByText('2 dead letters replayed, 1 not').waitFor();
    expect(asked).toEqual([expect.stringMatching(/api\/dead-letters\/replay$/)]);
    await dialog.getByRole('listitem').getByText('is resolved').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await eventually(async () => expect(await entries.getByRole('checkbox').count()).toBe(1));
    await eventually(() => expect(Shop.charged.map(({ orderId }) => orderId).sort()).toEqual(['A-0', 'A-2']));
    expect(await page.getByRole('button', { name: 'Replay selected…' }).isDisabled()).toBe(true);
  }, 60_000);

  it('are resolved with a reason that stands in the audit', async () => {
    const { page, ids, go } = await browse(1);
    await go(`dead-letters/${ids[0]}`);
    await page.getByRole('button', { name: 'Resolve…' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill(`refunded ${HOSTILE}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('status').getByText('resolved', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('cell', { name: `refunded ${HOSTILE}` }).waitFor();
    await page.getByRole('cell', { name: 'ada@example.org' }).waitFor();
  }, 60_000);
});
