import { ADA, versioned } from '../../support/admin-app.js';
import { Books, describeDashboard, Shop } from '../../support/dashboard-scene.js';
import { eventually } from '../../support/eventually.js';

describeDashboard('the dashboard of what goes on', (scene) => {
  it('runs a cron entry now, pauses it, and lets it go on', async () => {
    const { admin, page, go } = await scene.browse(0);
    await eventually(async () => {
      const { status } = await fetch(`${admin.url}/internal/v0/admin/jobs/api/cron/books.close`, { headers: ADA });
      expect(status).toBe(200);
    });
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/api/cron') && asked.push(request.url().split('/api/')[1]));
    await go('cron');
    await page.getByText('none yet').waitFor();
    // However many entries there are, their strips come with them.
    expect(new Set(asked)).toEqual(new Set(['cron?history=30&limit=100']));
    await page.getByRole('link', { name: 'books.close' }).click();
    const askFor = async (verb: string): Promise<void> => {
      await page.getByRole('button', { name: `${verb}…` }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('the books were corrected');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: verb.split(' ')[0], exact: true })
        .click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await askFor('Run now');
    await eventually(() => Books.closed === 1);
    await page.getByRole('region', { name: 'Slots' }).getByText('completed').waitFor();
    await askFor('Pause');
    await page.getByText('paused', { exact: true }).waitFor();
    await askFor('Resume');
    await page.getByText('scheduled', { exact: true }).waitFor();
  }, 60_000);

  it('finds a job by its idempotency key, and says so where there is none', async () => {
    const { page, ids, go } = await scene.browse(2);
    await go('jobs');
    const form = page.getByRole('search', { name: 'By idempotency key' });
    await form.getByLabel('Idempotency key').fill('A-9');
    await form.getByRole('button', { name: 'Find by key' }).click();
    await page.getByText('No job order.charge has the key A-9 now.').waitFor();
    await page.getByRole('link', { name: 'All jobs' }).click();
    await form.getByLabel('Job').selectOption('order.charge (billing)');
    await form.getByLabel('Idempotency key').fill(' A-1 ');
    await form.getByRole('button', { name: 'Find by key' }).click();
    await page.getByRole('heading', { level: 1, name: 'order.charge' }).waitFor();
    expect(decodeURIComponent(page.url())).toContain(`#/jobs/${ids[1]}`);
  }, 60_000);

  it('says that it has lost its connection, and that it is back', async () => {
    const { admin, page } = await scene.browse(0);
    await page.getByText('Live', { exact: true }).waitFor();
    const port = Number(new URL(admin.url).port);
    await admin.app.close();
    await page.getByText('Connection lost.').waitFor();
    expect(await page.getByText('Connection lost.').isVisible()).toBe(true);
    // What the browser says of a server that is away.
    scene.forgive('ERR_');
    const { app } = await scene.start(
      scene.adapter,
      { providers: [Shop] },
      {
        ...scene.store,
        arrange: (made) => {
          versioned(made);
          const listen = made.listen.bind(made);
          made.listen = () => listen(port, '127.0.0.1');
        },
      },
    );
    expect(new URL(await app.getUrl()).port).toBe(String(port));
    await page.getByText('Connection lost.').waitFor({ state: 'hidden' });
    scene.forgive('ERR_');
  }, 60_000);
});
