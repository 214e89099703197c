import { AdminView } from '../../../lib/admin/views/admin-view.js';
import type { AttemptRecord } from '../../../lib/core/attempt.js';
import { createRedactor } from '../../../lib/core/redaction.js';

const SECRET = 'token=abc';
const CLEAN = 'token=[redacted]';

describe('what people see of an attempt', () => {
  it('has no secret, though it was written before that was known to be one', () => {
    const view = new AdminView(createRedactor());
    const error = { name: SECRET, message: SECRET, code: SECRET, stack: SECRET, httpStatus: 400 };
    const attempt = { attempt: 1, error: { ...error, causes: [{ name: SECRET, message: SECRET, code: SECRET }] } };
    expect(view.attempt(attempt as unknown as AttemptRecord).error).toEqual({
      ...{ name: CLEAN, message: CLEAN, code: CLEAN, stack: CLEAN, httpStatus: 400 },
      causes: [{ name: CLEAN, message: CLEAN, code: CLEAN }],
    });
    const plain = { name: 'Error', message: 'no', causes: [{ name: 'Error', message: 'why' }] };
    expect(view.attempt({ attempt: 1, error: plain } as unknown as AttemptRecord).error).toEqual(plain);
  });
});
