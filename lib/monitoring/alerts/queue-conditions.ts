import type { LineDepth } from '../../engine/figures.port.js';
import { MINUTE_MS } from '../metrics/metrics-window.js';
import { TypeFigures } from '../metrics/type-figures.js';
import type { AlertCondition } from './alert-record.js';
import type { AlertSettings } from './alert-settings.js';
import { ledgerCondition, noHandlerCondition, noWorkerCondition } from './outbox-conditions.js';
import type { QueueSignals } from './queue-signals.js';

const RATE_MINUTES = 5;

/** What is wrong with a queue now, by the rules. */
export async function queueConditions(signals: QueueSignals, settings: AlertSettings): Promise<AlertCondition[]> {
  const { queue, lines, ledger } = signals;
  const found = [...desertedQueue(signals, settings)];
  if (ledger && ledger.findings.length > 0 && settings.limits('ledger-broken', queue))
    found.push(ledgerCondition(queue, ledger.findings));
  const byType = new Map<string, LineDepth[]>();
  for (const line of lines) byType.set(line.type, [...(byType.get(line.type) ?? []), line]);
  const recent = await signals.figures(RATE_MINUTES);
  for (const [name, own] of byType) {
    const figures = recent.types.get(name) ?? new TypeFigures();
    found.push(
      ...backlog(signals, settings, name, own),
      ...failures(signals, settings, name, figures),
      ...oldLetters(signals, settings, name, own),
      ...(await standstill(signals, settings, name, own)),
    );
  }
  return found.map((condition) => ({ ...condition, ...answerable(signals, condition.name) }));
}

/** Who looks after a job, as the workers say that handle its newest version. */
function answerable({ workers }: QueueSignals, name: string | undefined): Pick<AlertCondition, 'owner' | 'runbook'> {
  const handles = workers.flatMap((worker) => worker.handles.filter(({ type }) => type === name));
  const [newest] = handles.sort((one, other) => Math.max(...other.versions) - Math.max(...one.versions));
  const { owner, runbook } = newest ?? {};
  return { ...(owner !== undefined && { owner }), ...(runbook !== undefined && { runbook }) };
}

const sum = (lines: readonly LineDepth[], state: 'waiting' | 'active'): number =>
  lines.reduce((total, line) => total + line[state], 0);

/** Since when the oldest of them waits; undefined when nobody waits. */
function waitingSince(lines: readonly LineDepth[]): number | undefined {
  const since = lines.flatMap((line) => (line.waitingSince === undefined ? [] : [line.waitingSince]));
  return since.length === 0 ? undefined : Math.min(...since);
}

const handled = ({ workers }: QueueSignals, { type, version }: LineDepth): boolean =>
  workers.some(({ handles }) => handles.some((each) => each.type === type && each.versions.includes(version)));

function desertedQueue(signals: QueueSignals, settings: AlertSettings): AlertCondition[] {
  const { queue, now, lines, workers } = signals;
  if (workers.length === 0) {
    const limits = settings.limits('no-worker', queue);
    const since = waitingSince(lines);
    if (!limits || since === undefined || now - since < limits.forMs!) return [];
    return [noWorkerCondition(queue, sum(lines, 'waiting'))];
  }
  return lines.flatMap((line) => {
    const limits = settings.limits('no-handler', queue, line.type);
    const { type, version, waiting, waitingSince: since } = line;
    if (!limits || since === undefined || now - since < limits.forMs! || handled(signals, line)) return [];
    return [noHandlerCondition(type, version, waiting)];
  });
}

function backlog(
  { queue, now, isPaused, pausedTypes }: QueueSignals,
  settings: AlertSettings,
  name: string,
  lines: readonly LineDepth[],
): AlertCondition[] {
  const found: AlertCondition[] = [];
  const waiting = sum(lines, 'waiting');
  const depth = settings.limits('depth', queue, name);
  if (depth && waiting > depth.above!) {
    found.push({
      ...{ key: `depth:${name}`, rule: 'depth', severity: 'warning', count: waiting, name },
      what: `${name}: ${waiting} jobs wait, more than ${depth.above}`,
    });
  }
  const oldest = settings.limits('oldest-waiting', queue, name);
  const since = waitingSince(lines);
  // What a person paused waits because it is to wait.
  if (oldest && since !== undefined && now - since > oldest.above! && !isPaused && !pausedTypes.has(name)) {
    found.push({
      ...{ key: `oldest-waiting:${name}`, rule: 'oldest-waiting', severity: 'error', count: now - since, name },
      what: `${name}: the oldest job has waited for ${spanText(now - since)}, longer than ${spanText(oldest.above!)}`,
    });
  }
  return found;
}

function failures(
  { queue }: QueueSignals,
  settings: AlertSettings,
  name: string,
  { counts }: TypeFigures,
): AlertCondition[] {
  const found: AlertCondition[] = [];
  const { failed, completed, zombies, stalled } = counts;
  const ended = failed + completed;
  const rate = settings.limits('failure-rate', queue, name);
  if (rate && ended >= rate.minimum! && failed / ended > rate.above!) {
    const share = Math.round((failed / ended) * 100);
    found.push({
      ...{ key: `failure-rate:${name}`, rule: 'failure-rate', severity: 'error', count: failed, name },
      what: `${name}: ${failed} of ${ended} attempts (${share} %) failed in the last five minutes`,
    });
  }
  const counted = [
    ['zombies', zombies, 'handlers went on after their attempt was over'],
    ['stalls', stalled, 'attempts were taken back because their worker died or froze'],
  ] as const;
  for (const [rule, count, what] of counted) {
    const limits = settings.limits(rule, queue, name);
    if (!limits || count <= limits.above!) continue;
    found.push({
      ...{ key: `${rule}:${name}`, rule, severity: 'warning', count, name },
      what: `${name}: ${count} ${what} in the last five minutes`,
    });
  }
  return found;
}

function oldLetters(
  { queue, now }: QueueSignals,
  settings: AlertSettings,
  name: string,
  lines: readonly LineDepth[],
): AlertCondition[] {
  const limits = settings.limits('oldest-dead-letter', queue, name);
  const since = Math.min(...lines.map(({ deadSince = Infinity }) => deadSince));
  if (!limits || now - since <= limits.above!) return [];
  return [
    {
      ...{ key: `oldest-dead-letter:${name}`, rule: 'oldest-dead-letter', severity: 'warning', name },
      count: now - since,
      what: `${name}: a dead letter has been there for ${spanText(now - since)}; replay or resolve it`,
    },
  ];
}

/** Jobs wait, somebody handles them, and nothing happens. */
async function standstill(
  signals: QueueSignals,
  settings: AlertSettings,
  name: string,
  lines: readonly LineDepth[],
): Promise<AlertCondition[]> {
  const { queue, now, isPaused, pausedTypes } = signals;
  const limits = settings.limits('no-progress', queue, name);
  const since = waitingSince(lines.filter((line) => handled(signals, line)));
  if (!limits || since === undefined || now - since < limits.forMs!) return [];
  if (isPaused || pausedTypes.has(name) || sum(lines, 'active') > 0) return [];
  const { counts } = (await signals.figures(Math.ceil(limits.forMs! / MINUTE_MS))).types.get(name) ?? new TypeFigures();
  if (counts.completed + counts.failed > 0) return [];
  const waiting = sum(lines, 'waiting');
  return [
    {
      ...{ key: `no-progress:${name}`, rule: 'no-progress', severity: 'critical', count: waiting, name },
      what: `${name}: ${waiting} jobs wait, workers live, and none has ended for ${spanText(limits.forMs!)}`,
    },
  ];
}

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

function spanText(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['ms', 1];
  return `${Math.round((ms / size) * 10) / 10} ${unit}`;
}
