import { OptionChecks } from '../../../lib/core/option-checks.js';
import type { AlertOptions } from '../../../lib/monitoring/alerts/alert.options.js';
import { alertSettings } from '../../../lib/monitoring/alerts/alert-settings.js';

const settings = (options: unknown): ReturnType<typeof alertSettings> =>
  alertSettings(options as AlertOptions, new OptionChecks('VigilModule', 'VIGIL_OPTIONS_INVALID'));

/** The error of options that can not be. */
function refused(options: unknown): string {
  try {
    settings(options);
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
}

describe('alert options that would never do what they say', () => {
  const ADDRESS = 'https://user-of-ops:s3cret@ops.example.org/';

  it.each([
    ['no list', { channels: {} }, 'alerts.channels must be an array'],
    ['nothing', { channels: [undefined] }, 'alerts.channels[0] is no channel'],
    [
      'what is no channel',
      { channels: [{ name: 'x' }] },
      'alerts.channels[0] must have webhook, slack or a method send',
    ],
    [
      'an address from a variable that is not set',
      { channels: [{ slack: undefined }] },
      'alerts.channels[0]: give an address',
    ],
    ['no address', { channels: [{ webhook: 'ops.example.org' }] }, 'begins with https:// or http://'],
    ['half an address', { channels: [{ webhook: 'https://' }] }, 'begins with https:// or http://'],
    ['a password in the address', { channels: [{ webhook: ADDRESS }] }, 'Send them in headers'],
    ['an empty secret', { channels: [{ webhook: 'https://x.org', secret: '' }] }, 'alerts.channels[0].secret is empty'],
    [
      'a secret for Slack',
      { channels: [{ slack: 'https://x.org', secret: 's' }] },
      "no option 'alerts.channels[0].secret'",
    ],
    [
      'a header of two lines',
      { channels: [{ webhook: 'https://x.org', headers: { a: '1\n2' } }] },
      "headers: 'a' can not",
    ],
    [
      'a header that is no text',
      { channels: [{ webhook: 'https://x.org', headers: { a: 1 } }] },
      "headers: 'a' can not",
    ],
    [
      'a timeout that is not waited for',
      { channels: [{ slack: 'https://x.org', timeout: '11s' }] },
      'longer than 10000 ms',
    ],
    ['an empty name', { channels: [{ slack: 'https://x.org', name: '' }] }, 'alerts.channels[0].name'],
    [
      'a percentage of failures',
      { rules: { 'failure-rate': { above: 20 } } },
      'alerts.rules.failure-rate.above is a share',
    ],
    ['a percentage of memory', { rules: { 'memory-pressure': { above: 85 } } }, 'is a share from 0 to 1'],
    ['a negative depth', { queues: { q: { depth: { above: -1 } } } }, 'alerts.queues.q.depth.above must be a number'],
    [
      'a depth that is no number',
      { jobs: { j: { depth: { above: NaN } } } },
      'alerts.jobs.j.depth.above must be a number',
    ],
    ['an age without unit', { rules: { 'oldest-waiting': { above: 'long' } } }, 'alerts.rules.oldest-waiting.above'],
    ['progress after a day', { rules: { 'no-progress': { for: '1d' } } }, 'no-progress.for is longer than 1 h'],
    ['a rule that is misspelt', { rules: { dept: false } }, "Did you mean 'depth'?"],
    ['a limit that the rule has not', { rules: { depth: { for: '1h' } } }, "no option 'alerts.rules.depth.for'"],
    ['a repetition every second', { repeat: '1s' }, 'alerts.repeat'],
  ])('are refused: %s', (_, options, message) => {
    expect(refused(options)).toContain(message);
    expect(refused(options)).not.toContain('s3cret');
  });
});

describe('alert options that can be', () => {
  it('are taken as they are given', () => {
    const channels = [
      { webhook: 'http://127.0.0.1:9/x', secret: 's', headers: { authorization: 'Basic x' }, timeout: '10s' },
      { slack: 'https://hooks.example.org/x', name: 'chat' },
    ] as const;
    const taken = settings({
      channels,
      rules: { 'failure-rate': { above: 1 }, 'no-worker': { for: '2h' }, 'no-progress': { for: '1h' } },
    });
    expect(taken.channels).toEqual(channels);
    expect(taken.limits('failure-rate', 'q')).toEqual({ above: 1, minimum: 20 });
    expect(taken.limits('no-worker', 'q')).toEqual({ forMs: 7_200_000 });
    expect(taken.limits('no-progress', 'q')).toEqual({ forMs: 3_600_000 });
  });
});
