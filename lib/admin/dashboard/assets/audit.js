/** Who changed what, and why. */
import { get } from './api.js';
import { h, table } from './dom.js';
import { follow } from './follow.js';
import { time, words } from './format.js';
import { filterForm, pagedList } from './lists.js';

const OF_JOBS = ['replay', 'resolve', 'cancel', 'bury', 'discard'];

export async function auditPage({ place, query, live }) {
  const given = Object.fromEntries(query);
  const rows = h('div');
  place.append(filterForm('audit', [{ name: 'queue', label: 'Queue' }], given), rows);
  const keyOf = ({ queue, entryId }) => `${queue} ${entryId}`;
  const list = pagedList(rows, {
    keyOf,
    read: (cursor, limit) => get('audit', { queue: given.queue, limit, cursor }),
    render: (entries) =>
      table(
        'Changes',
        ['When', 'Who', 'What', 'Of', 'Why', ''],
        entries.map(({ at, actor, action, target, queue, reason, before, after }) => [
          ...[time(at), actor, words(action)],
          [
            OF_JOBS.includes(action)
              ? h('a', { href: `#/jobs/${encodeURIComponent(target)}` }, shortTarget(target, queue))
              : h('code', {}, target),
            target !== queue && h('span', { class: 'quiet' }, ` in ${queue}`),
          ],
          reason,
          (before ?? after) !== undefined &&
            h(
              'details',
              {},
              h('summary', {}, 'Details'),
              before && h('pre', { tabIndex: 0 }, `before: ${pretty(before)}`),
              after && h('pre', { tabIndex: 0 }, `after: ${pretty(after)}`),
            ),
        ]),
        given.queue ? `Nobody has changed anything in a queue ${given.queue}.` : 'Nobody has changed anything yet.',
        entries.map(keyOf),
      ),
  });
  return follow(live, list.draw);
}

/** The queue stands beside it. */
const shortTarget = (id, queue) =>
  h('code', { title: id }, id.startsWith(`${queue}~`) ? id.slice(queue.length + 1) : id);

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Of another version: a text like any other.
    return text;
  }
}
