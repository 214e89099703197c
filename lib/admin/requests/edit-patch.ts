import { OptionChecks } from '../../core/option-checks.js';
import type { JsonPatchOperation } from '../../core/replay-record.js';
import { VigilError } from '../../core/vigil.error.js';
import type { AdminView } from '../views/admin-view.js';

const CARRIES = ['move', 'copy', 'test'];

/** @throws VigilError `ADMIN_BODY_INVALID` */
export function checkedPatch(patch: unknown): readonly JsonPatchOperation[] {
  if (Array.isArray(patch)) return patch as JsonPatchOperation[];
  return new OptionChecks('the body of the request', 'ADMIN_BODY_INVALID').fail(
    "patch must be a list of operations: [{ op: 'replace', path: '/email', value: '…' }].",
  );
}

/** The first operation that tells something of a value that stands in the payload, or brings it to another place. */
export function carrierIn(patch: readonly JsonPatchOperation[]): string | undefined {
  return patch
    .map((operation) => String((Object(operation) as Partial<JsonPatchOperation>).op))
    .find((op) => CARRIES.includes(op));
}

/**
 * A value that is not shown must not be brought to a place where it is, nor guessed. Which one an operation would carry is only
 * known after those before it, so none may where anything is hidden.
 *
 * @throws VigilError `PATCH_FORBIDDEN`
 */
export function refuseCarriedSecrets(patch: readonly JsonPatchOperation[], payload: unknown, view: AdminView): void {
  const carrier = carrierIn(patch);
  if (carrier === undefined || JSON.stringify(payload) === JSON.stringify(view.value(payload))) return;
  throw new VigilError(
    'PATCH_FORBIDDEN',
    `the payload has fields that are not shown, so '${carrier}' is not possible here. Use add, replace and remove.`,
  );
}
