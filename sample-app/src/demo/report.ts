import type { DeadLetterSummary } from 'nestjs-vigil';
import type { Check } from './check.js';
import type { RunOutcome } from './proof.js';
import type { Recovery } from './recovery.js';
import type { JobFigures } from './job-figures.js';
import { slotsSection } from './slots.js';
import { table } from './table.js';

const LONGEST_ERROR = 90;

/** What the run has come to, for people. */
export function report(outcome: RunOutcome, checks: readonly Check[], seconds: number): string {
  const { feed, recovery, figures, buried, evidence, slots } = outcome;
  const sections = [
    `Jobs, after ${seconds.toFixed(1)} s`,
    jobsTable(figures),
    `Duplicates\n  ${feed.again} orders were sent twice: ${feed.duplicates} answered \`duplicate\`, ${feed.changed} of them with payloadChanged.`,
    ...(recovery ? [recoverySection(recovery)] : []),
    ...(slots.length > 0 ? [slotsSection(slots)] : []),
    ...buriedSection(buried),
    `The payment server's books\n  ${evidence.books.charges.length} charges; ${evidence.books.repeated} requests repeated a known idempotency key and were answered with the first charge.`,
    `Proof\n${checks.map(({ holds, text }) => `  ${holds ? 'yes' : 'NO '}  ${text}`).join('\n')}`,
  ];
  return `\n${sections.join('\n\n')}\n`;
}

function jobsTable(figures: readonly JobFigures[]): string {
  const head = ['job', 'accepted', 'completed', 'retried', 'buried', 'not done'];
  return table(
    head,
    figures.map((job) => [job.name, job.accepted, job.completed, job.retried, job.buried, job.live]),
  );
}

/** What became of the charges that were buried, and every life of those that needed more than a replay. */
function recoverySection({ orders, plan, corrected }: Recovery): string {
  const { moved, completed, died, state, stateReason } = plan;
  const lines = [
    `Replayed by a plan, once the bank's list of renewed cards was back`,
    `  ${orders.length} charges were buried by a 400; ${moved} replayed, ${completed} completed, ${died} died again; plan ${state}: ${stateReason}`,
  ];
  for (const { letter, edit } of corrected) {
    lines.push(`  The lives of ${letter.id}:`);
    for (const { life, error } of letter.history) {
      const began = letter.replays.find((replay) => replay.life === life);
      const how = began ? `replayed because ${began.reason}` : 'enqueued';
      lines.push(`    ${life}  ${how}; buried for ${error?.name}: ${error?.message}`);
    }
    lines.push(`    ${letter.life + 1}  replayed with ${JSON.stringify(edit)}; completed`);
  }
  return lines.join('\n');
}

function buriedSection(buried: readonly DeadLetterSummary[]): string[] {
  if (buried.length === 0) return [];
  const letters = [...buried].sort(byReason);
  const rows = letters.map(({ reason, attempts, id, errorName, errorMessage }) => {
    return [reason, attempts, id, `${errorName}: ${errorMessage}`.replace(/\s+/g, ' ').slice(0, LONGEST_ERROR)];
  });
  return [
    `Buried, with reasons\n${table(['reason', 'attempts', 'id', 'error'], rows)}`,
    '  They stay until a person decides. Once the cause is mended, in your code:\n' +
      `    await deadLetters.replay('${letters[0].id}', { actor: 'you', reason: 'the cause is mended' });\n` +
      '  (DeadLetterService.replay; or .resolve, when it was settled in another way)',
  ];
}

function byReason(a: DeadLetterSummary, b: DeadLetterSummary): number {
  return a.reason.localeCompare(b.reason) || a.id.localeCompare(b.id);
}
