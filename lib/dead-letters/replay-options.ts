import { OptionChecks } from '../core/option-checks.js';
import type { Actor } from '../engine/inspector.port.js';
import type { ReplayRequest } from './replay-request.js';

const OPTIONS = [
  'actor',
  'reason',
  'edit',
  'keepSteps',
  'newIdempotencyKey',
  'life',
] as const satisfies readonly (keyof ReplayRequest)[];

/** @throws VigilError `REPLAY_OPTIONS_INVALID` */
export function checkedReplay(request: ReplayRequest): Omit<ReplayRequest, keyof Actor> {
  const checks = new OptionChecks('DeadLetterService.replay', 'REPLAY_OPTIONS_INVALID');
  checks.knownOptions(request, OPTIONS);
  const { edit, keepSteps, newIdempotencyKey, life } = request;
  if (edit !== undefined) {
    checks.knownOptions(edit, ['patch', 'payload'], 'edit');
    if (Object.hasOwn(edit, 'patch') === Object.hasOwn(edit, 'payload')) {
      checks.fail('edit takes either patch, a list of operations, or payload, the whole new value.');
    }
    if (Object.hasOwn(edit, 'patch') && !Array.isArray(edit.patch))
      checks.fail("edit.patch must be a list of operations: [{ op: 'replace', path: '/email', value: '…' }].");
  }
  return {
    ...(edit !== undefined && { edit }),
    ...(keepSteps !== undefined && { keepSteps: checks.boolean('keepSteps', keepSteps) }),
    ...(newIdempotencyKey !== undefined && {
      newIdempotencyKey: checks.boolean('newIdempotencyKey', newIdempotencyKey),
    }),
    ...(life !== undefined && { life: checks.whole('life', life, 0, Number.MAX_SAFE_INTEGER) }),
  };
}
