import type { AuditEntry } from '../../engine/dead-letter.port.js';
import type { JsonPatchOperation } from '../../core/replay-record.js';
import type { AdminView } from './admin-view.js';

interface Texts {
  readonly errorName?: unknown;
  readonly errorMessage?: unknown;
  readonly patch?: unknown;
}

/** Parts of payloads stand in the audit, and secrets of errors from before they were known as such: both stay inside. */
export function shownEntry({ before, after, ...entry }: AuditEntry, view: AdminView): AuditEntry {
  return {
    ...view.said(entry),
    ...(before !== undefined && { before: shownText(before, view) }),
    ...(after !== undefined && { after: shownText(after, view) }),
  };
}

function shownText(json: string, view: AdminView): string {
  const value = parsed(json);
  // A burial's summary keeps its id, which is asked for again.
  if (typeof value !== 'object' || value === null) return view.text(json);
  const { errorName, errorMessage, patch } = value as Texts;
  return JSON.stringify({
    ...value,
    ...(typeof errorName === 'string' && { errorName: view.text(errorName) }),
    ...(typeof errorMessage === 'string' && { errorMessage: view.text(errorMessage) }),
    ...(Array.isArray(patch) && { patch: (patch as JsonPatchOperation[]).map(({ op, path }) => ({ op, path })) }),
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Written by another version in another form: a text like any other.
    return undefined;
  }
}
