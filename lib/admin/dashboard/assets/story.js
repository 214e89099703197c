/** The life of a job, and its earlier ones, attempt by attempt. */
import { badge, facts, h } from './dom.js';
import { count, span, time, words } from './format.js';

/** @param {any[]} lives the newest is shown first, and open */
export function story(lives) {
  const newestFirst = [...lives].sort((one, other) => other.life - one.life);
  return h(
    'section',
    {},
    h('h2', {}, lives.length > 1 ? 'Lives' : 'Attempts'),
    newestFirst.map((life, n) => lifeOf(life, n === 0, lives.length)),
  );
}

function lifeOf({ life, begunBy, attempts, burial }, isOpen, lives) {
  const steps = [
    begunBy && replayed(begunBy),
    ...attempts.map(attemptOf),
    burial &&
      step(
        'error',
        'Died',
        [burial.errorName, ': ', burial.errorMessage],
        [words(burial.reason), ' · ', time(burial.buriedAt)],
      ),
  ].filter(Boolean);
  const line =
    steps.length > 0
      ? h('ol', { class: 'timeline' }, steps)
      : h('p', { class: 'empty' }, 'No attempt of this life failed, and none is kept.');
  if (lives === 1) return line;
  return h(
    'details',
    { class: 'life', open: isOpen },
    h('summary', {}, `Life ${life + 1}${isOpen ? ', the newest' : ''}`),
    line,
  );
}

function step(kind, title, text, more, rest) {
  return h(
    'li',
    { class: kind },
    h('p', { class: 'line' }, h('b', {}, title), h('span', { class: 'quiet' }, more)),
    h('p', { class: 'words' }, text),
    rest,
  );
}

function replayed({ at, actor, reason, patch, planId, keptSteps }) {
  const edited = patch === 'left out' ? 'The payload was edited; the change was too large to keep.' : undefined;
  return step('begun', 'Replayed', [`${actor}: `, reason], time(at), [
    Array.isArray(patch) &&
      h(
        'ul',
        {},
        patch.map((each) => h('li', {}, h('code', {}, operationText(each)))),
      ),
    edited && h('p', {}, edited),
    planId &&
      h('p', {}, 'By the plan ', h('a', { href: `#/plans/${encodeURIComponent(planId)}` }, h('code', {}, planId))),
    keptSteps && h('p', {}, 'Steps that were done stayed done.'),
  ]);
}

export const operationText = ({ op, path, value }) =>
  `${op} ${path}${value === undefined ? '' : ` ${JSON.stringify(value)}`}`;

function attemptOf({ attempt, outcome, error, startedAt, endedAt, worker, nextRetryAt, waitMs, abridged }) {
  const wait = waitMs ?? (nextRetryAt === undefined ? undefined : Math.max(0, nextRetryAt - endedAt));
  const more = [
    time(startedAt),
    ` · took ${span(endedAt - startedAt)}`,
    worker && ` · ${worker.host}, process ${worker.pid}`,
  ];
  return step(
    outcome,
    `Attempt ${count(attempt)}: ${words(outcome)}`,
    error ? [h('b', {}, error.name), ` ${error.message}`] : '',
    more,
    [
      error && errorMore(error),
      abridged && h('p', { class: 'quiet' }, 'What came between is shortened.'),
      wait !== undefined && h('p', { class: 'quiet wait' }, `then waited ${span(wait)}`),
    ],
  );
}

function errorMore({ code, httpStatus, stack, causes = [] }) {
  return [
    (code || httpStatus) && h('p', { class: 'line' }, code && badge(code), httpStatus && badge(`HTTP ${httpStatus}`)),
    causes.map(({ name, message }) => h('p', { class: 'words' }, 'caused by ', h('b', {}, name), ` ${message}`)),
    stack && h('details', {}, h('summary', {}, 'Stack'), h('pre', { tabIndex: 0 }, stack)),
  ];
}

/** What is known of a job, and of a dead letter alike. */
export function jobFacts(job) {
  const burial = job.burial ?? job;
  return facts([
    ['Id', h('code', {}, job.id)],
    ['Job', `${job.name}, version ${job.version}`],
    ['Queue', job.queue],
    ['Idempotency key', job.idempotencyKey === undefined ? undefined : String(job.idempotencyKey)],
    ['Priority', job.priority],
    ['Enqueued', job.enqueuedAt && time(job.enqueuedAt)],
    ['Due', job.dueAt && time(job.dueAt)],
    ['Ended', job.endedAt && time(job.endedAt)],
    ['Died', burial.buriedAt && time(burial.buriedAt)],
    ['Owner', burial.owner],
    ['Severity', burial.severity],
    ['Compensated by', burial.compensatedBy],
  ]);
}
