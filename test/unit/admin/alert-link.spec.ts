import { alertLink } from '../../../lib/admin/dashboard/alert-link.js';
import type { LinkedAlert } from '../../../lib/monitoring/alerts/alert-link.js';

const OPS = 'https://ops.example.org/admin/jobs';

describe('the link of an alert', () => {
  it.each<[string, LinkedAlert, string]>([
    [
      'of buried jobs leads to those of the cause',
      { rule: 'job-buried', queue: 'mail', name: 'mail.send', group: 'aB-_4' },
      '/dead-letters?group=aB-_4',
    ],
    [
      'of buried jobs of too many causes leads to all of the job',
      { rule: 'job-buried', queue: 'mail', name: 'mail:send' },
      '/dead-letters?queue=mail&name=mail%3Asend',
    ],
    [
      'of an old dead letter leads to those of the job',
      { rule: 'oldest-dead-letter', queue: 'mail', name: 'mail.send' },
      '/dead-letters?queue=mail&name=mail.send',
    ],
    [
      'of a cron entry leads to it',
      { rule: 'cron', queue: 'books', name: 'Books.close:all' },
      '/cron/Books.close%3Aall',
    ],
    ['of a cron entry without a name leads to the alerts', { rule: 'cron', queue: 'books' }, '/alerts'],
    ['of anything else leads to the alerts', { rule: 'depth', queue: 'mail', name: 'mail.send' }, '/alerts'],
    ['of a trial leads to the alerts', { rule: 'test' }, '/alerts'],
  ])('%s', (_, alert, page) => {
    expect(alertLink(OPS)(alert)).toBe(`${OPS}#${page}`);
  });

  it('stands on a bare origin as well', () => {
    expect(alertLink('https://ops.example.org')({ rule: 'test' })).toBe('https://ops.example.org/#/alerts');
  });
});
