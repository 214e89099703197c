import { entriesOf, type Entry } from '../history/happening.js';
import type { AttemptStory, Books } from './books.js';

/** A time in which something was done to a process. What strikes everybody is no excuse: no lease here is shorter than it lasts. */
interface Trouble {
  readonly reason: string;
  readonly from: number;
  readonly to: number;
  readonly pid: number;
}

export const UNEXPLAINED = 'unexplained';
/** A process' end is noted when its parent hears of it. */
const HEARD_LATE_MS = 500;
/** A worker that could not renew its lease, which it does at a third of it, for such a part of it may have lost it. */
const LATE_PART = 0.3;
/** Where it is not known how long the lease was. */
const SHORTEST_LEASE_MS = 1_000;

/** Why jobs were begun more than once: reason → how many beginnings were in vain. */
export function repeatedExecutions({ attempts, entries }: Books): Map<string, number> {
  const troubles = troublesOf(entries);
  const reasons = new Map<string, number>();
  for (const stories of attempts.values()) {
    const begun = stories.filter((story) => story.begun.length > 0);
    begun.forEach((story, n) => {
      const next = begun.at(n + 1);
      // Of another life: somebody asked for it.
      if (!next || next.life !== story.life) return;
      const reason = whyAgain(story, next, troubles);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    });
  }
  return reasons;
}

function whyAgain({ settled, begun, pid }: AttemptStory, next: AttemptStory, troubles: readonly Trouble[]): string {
  if (settled?.status === 'ok' && settled.kind === 'retry') return 'it failed';
  if (settled?.status === 'ok' && settled.kind === 'released') return 'given back';
  const [from, to] = [begun[0].at, next.claimedAt];
  const met = troubles.find((each) => each.pid === pid && each.from <= to && each.to >= from);
  return met?.reason ?? UNEXPLAINED;
}

function troublesOf(entries: readonly Entry[]): Trouble[] {
  const troubles: Trouble[] = [];
  const open = new Map<number, Trouble>();
  const leases = new Map(entriesOf(entries, 'ready').map(({ pid, leaseMs }) => [pid, leaseMs]));
  const isLate = (pid: number, ms: number): boolean => ms >= (leases.get(pid) ?? SHORTEST_LEASE_MS) * LATE_PART;
  for (const entry of entriesOf(entries, 'fault', 'exited', 'starved', 'slow')) {
    if (entry.what === 'exited') {
      const reason = entry.how === 'SIGKILL' ? 'killed' : `exit ${entry.how}`;
      troubles.push({ reason, from: entry.at - HEARD_LATE_MS, to: entry.at, pid: entry.victim });
    } else if (entry.what === 'slow') {
      if (entry.call !== 'heartbeat' || !isLate(entry.pid, entry.ms)) continue;
      troubles.push({ reason: 'late heartbeat', from: entry.at - entry.ms, to: entry.at, pid: entry.pid });
    } else if (entry.what === 'starved') {
      if (!isLate(entry.pid, entry.ms)) continue;
      troubles.push({ reason: 'busy machine', from: entry.at - entry.ms, to: entry.at, pid: entry.pid });
    } else if (entry.victim !== undefined) {
      const { fault: reason, victim: pid, at } = entry;
      if (entry.phase === 'begin') open.set(pid, { reason, from: at, to: Infinity, pid });
      else troubles.push({ reason, from: open.get(pid)?.from ?? at, to: at, pid });
      if (entry.phase === 'end') open.delete(pid);
    }
  }
  return [...troubles, ...open.values()];
}
