/** The frame of all pages: what is shown, by the part of the address after `#`. */
import { learnAccess } from './access.js';
import { alertsPage } from './alerts.js';
import { auditPage } from './audit.js';
import { cronEntryPage, cronPage } from './cron.js';
import { deadLetterPage } from './dead-letter.js';
import { deadLettersPage } from './dead-letters.js';
import { closeDialogs } from './dialog.js';
import { h } from './dom.js';
import { time } from './format.js';
import { jobPage, jobsPage } from './jobs.js';
import { Live } from './live.js';
import { overviewPage } from './overview.js';
import { planPage } from './plan.js';
import { workersPage } from './workers.js';

/**
 * A page fills `place` and may return what is to be done when it is left. `rest` is what stands after its name.
 * @typedef {{ place: HTMLElement, rest: string | undefined, query: URLSearchParams, live: Live, again: () => void }} Visit
 * @typedef {{ title: string, show: (visit: Visit) => Promise<void | (() => void)> | void | (() => void), isShown?: boolean }} Page
 */

/** @type {Record<string, Page>} in the order of the menu; what is not in it is a page about one thing */
const PAGES = {
  overview: { title: 'Overview', show: overviewPage },
  'dead-letters': {
    title: 'Dead letters',
    show: (visit) => (visit.rest ? deadLetterPage(visit) : deadLettersPage(visit)),
  },
  jobs: { title: 'Jobs', show: (visit) => (visit.rest ? jobPage(visit) : jobsPage(visit)) },
  cron: { title: 'Cron', show: (visit) => (visit.rest ? cronEntryPage(visit) : cronPage(visit)) },
  workers: { title: 'Workers', show: workersPage },
  alerts: { title: 'Alerts', show: alertsPage },
  audit: { title: 'Audit', show: auditPage },
  plans: { title: 'Plan', show: planPage, isShown: false },
};

const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const live = new Live(showConnection);
/** @type {void | (() => void)} */
let leave;
let visits = 0;

async function visit(isFirst = false) {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...rest] = path.split('/');
  const page = PAGES[name] ?? PAGES.overview;
  const number = ++visits;
  leave?.();
  leave = undefined;
  closeDialogs();
  showMenu(page);
  const place = h(
    'div',
    { class: 'page', 'data-path': path, 'aria-busy': 'true' },
    h('h1', { tabIndex: -1 }, page.title),
  );
  byId('main').replaceChildren(place);
  document.title = `${page.title} · Vigil`;
  if (!isFirst) place.querySelector('h1')?.focus();
  const given = {
    place,
    rest: decoded(rest.join('/')),
    query: new URLSearchParams(query),
    live,
    again: () => void visit(),
  };
  try {
    showWho(await learnAccess());
    const end = await page.show(given);
    if (number === visits) leave = end;
    else end?.();
  } catch (error) {
    place.append(problem(error, given.again));
  } finally {
    place.removeAttribute('aria-busy');
  }
}

function decoded(text) {
  try {
    return text === '' ? undefined : decodeURIComponent(text);
  } catch {
    // Typed by hand; the server will say that there is no such thing.
    return text;
  }
}

function problem(error, again) {
  return h(
    'div',
    { class: 'problem', role: 'alert' },
    h('p', {}, error.message),
    h('button', { type: 'button', onclick: again }, 'Try again'),
  );
}

function showMenu(current) {
  const links = Object.entries(PAGES)
    .filter(([, { isShown = true }]) => isShown)
    .map(([name, page]) =>
      h('li', {}, h('a', { href: `#/${name}`, 'aria-current': page === current ? 'page' : undefined }, page.title)),
    );
  byId('pages').replaceChildren(h('ul', {}, links));
}

/**
 * Under whose name changes stand in the audit.
 * @param {{ rights: string[], actor?: string }} access
 */
function showWho({ actor, rights }) {
  const mayAct = rights.includes('operate');
  const who = [actor, !mayAct && 'may look, not act'].filter(Boolean).join(' · ');
  byId('who').textContent = who;
  byId('who').title = who;
}

/** @param {import('./live.js').Connection} connection */
function showConnection({ how, since, why }) {
  const words = { live: 'Live', polling: 'Every few seconds', lost: 'Not connected' };
  const place = byId('connection');
  // Said once, not with every event.
  if (place.dataset.how === how) return;
  place.dataset.how = how;
  place.replaceChildren(h('span', { class: 'dot', 'aria-hidden': 'true' }), words[how]);
  const lost = byId('lost');
  lost.hidden = how !== 'lost';
  if (how !== 'lost') return;
  lost.replaceChildren(
    h('strong', {}, 'Connection lost. '),
    ...['What you see is as of ', time(since), '. Trying again. ', why ? `(${why})` : ''],
  );
}

byId('skip').addEventListener('click', (event) => {
  // The part after # names a page here.
  event.preventDefault();
  byId('main').focus();
});
addEventListener('hashchange', () => void visit());
void visit(true);
