import { parseDuration } from '../../lib/core/duration.js';
import { OptionChecks } from '../../lib/core/option-checks.js';
import { normalisePolicy } from '../../lib/core/policy-options.js';
import { settingsOf } from '../../lib/vigil.settings.js';
import { optionRows, optionsOf, section } from './rules/option-tables.js';
import { createProgram } from './support/program.js';
import { read } from './support/project.js';

type Source = [prefix: string, path: string, name: string];

const MODULE: Source[] = [
  ['', 'lib/vigil.options.ts', 'VigilOptions'],
  ['', 'lib/vigil.options.ts', 'VigilModuleExtras'],
  ['admin.', 'lib/admin/admin.options.ts', 'AdminOptions'],
  ['worker.', 'lib/vigil.options.ts', 'WorkerSettings'],
  ['retention.', 'lib/vigil.options.ts', 'RetentionOptions'],
  ['enhancers.', 'lib/vigil.options.ts', 'EnhancerOptions'],
  ['prometheus.', 'lib/monitoring/metrics/prometheus.options.ts', 'PrometheusOptions'],
  ['tracing.', 'lib/monitoring/tracing/tracing.options.ts', 'TracingOptions'],
  ['alerts.', 'lib/monitoring/alerts/alert.options.ts', 'AlertOptions'],
];
const JOB: Source[] = [
  ['', 'lib/decorators/job.options.ts', 'JobOptions'],
  ['backoff.', 'lib/core/job-policy.ts', 'BackoffOptions'],
];
const ENQUEUE: Source[] = [['', 'lib/client/enqueue.options.ts', 'EnqueueOptions']];

const readme = section(read('README.md'), '## Options');
const enqueue = section(read('docs/jobs.md'), '### Options of one enqueue');

describe('the tables of options', () => {
  const program = createProgram([...MODULE, ...JOB, ...ENQUEUE].map(([, path]) => path));
  const of = (sources: Source[]): string[] =>
    sources.flatMap(([prefix, path, name]) => optionsOf(program, path, name).map((option) => prefix + option));

  it.each([
    ['README.md', readme, [...MODULE, ...JOB]],
    ['docs/jobs.md', enqueue, ENQUEUE],
  ])('of %s have every option', (_, text, sources) => {
    const rows = [...optionRows(text).keys()];
    const missing = of(sources).filter((option) => !rows.some((row) => row === option || row.startsWith(`${option}.`)));
    expect(missing).toEqual([]);
  });

  it.each([
    ['README.md', readme, [...MODULE, ...JOB]],
    ['docs/jobs.md', enqueue, ENQUEUE],
  ])('of %s have none that does not exist', (_, text, sources) => {
    const known = of(sources);
    const [inner, own] = [['concurrency.process', 'concurrency.global'], [...optionRows(text).keys()]];
    expect(own.filter((row) => !known.includes(row) && !inner.includes(row))).toEqual([]);
  });
});

describe('the defaults in the table', () => {
  const { worker, enhancers, prefix, autoStart, commandTimeoutMs, maxPayloadBytes } = settingsOf({});
  const policy = normalisePolicy({}, {}, new OptionChecks('a test', 'TEST'));
  const backoff = policy.backoff as Exclude<typeof policy.backoff, { type: 'custom' }>;
  const defaults: [option: string, value: unknown][] = [
    ['prefix', prefix],
    ['autoStart', autoStart],
    ['commandTimeout', commandTimeoutMs],
    ['maxPayloadBytes', maxPayloadBytes],
    ['worker.concurrency', worker?.concurrency],
    ['retention.completed', worker?.retentionCompletedMs],
    ['lease', worker?.leaseMs],
    ['sweepInterval', worker?.sweepIntervalMs],
    ['shutdownGrace', worker?.shutdownGraceMs],
    ['noHandlerGrace', worker?.noHandlerGraceMs],
    ['enhancers.global', enhancers.global],
    ['enhancers.guards', enhancers.guards],
    ['enhancers.filters', enhancers.filters],
    ['maxRetries', policy.maxRetries],
    ['backoff.type', backoff.type],
    ['backoff.delay', backoff.delayMs],
    ['backoff.maxDelay', backoff.maxDelayMs],
    ['backoff.jitter', backoff.jitter],
    ['timeout', policy.timeoutMs],
    ['idempotencyWindow', policy.idempotencyWindowMs],
    ['keepResult', policy.keepResult],
    ['maxStalls', policy.maxStalls],
    ['severity', policy.severity],
  ];

  it.each(defaults)('of %s is that of the code', (option, value) => {
    const cell = /^`(.*)`$/.exec(optionRows(readme).get(option) ?? '')?.[1] ?? '';
    const text = /^'(.*)'$/.exec(cell)?.[1];
    const written: unknown = text === undefined ? JSON.parse(cell) : text;
    expect(typeof value === 'number' && text !== undefined ? parseDuration(text) : written).toBe(value);
  });
});

describe('the rule of option tables', () => {
  it('reads the first two columns and stops at the next heading', () => {
    const text =
      '# A\n\n## B\n\n| `one` | `1` | first |\n| `two.half`  | none | `x` |\n| three | 3 |\n\n## C\n\n| `four` | 4 |\n';
    expect([...optionRows(section(text, '## B'))]).toEqual([
      ['one', '`1`'],
      ['two.half', 'none'],
    ]);
    expect(() => section(text, '## D')).toThrow("no heading '## D'");
  });
});
