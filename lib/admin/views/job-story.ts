import type { JobClient } from '../../client/job.client.js';
import type { DeadLetterSummary, JobSnapshot } from '../../core/job-snapshot.js';
import type { JsonPatchOperation } from '../../core/replay-record.js';
import type { AuditService } from '../../dead-letters/audit.service.js';
import { livesOf } from '../../dead-letters/job-lives.js';
import type { AuditEntry } from '../../engine/dead-letter.port.js';
import type { AdminView, ShownLife } from './admin-view.js';
import { listedJob, type ListedJob } from './job-view.js';

/** How a life ended of which nothing else is left. */
export interface ToldLife extends ShownLife {
  readonly burial?: DeadLetterSummary;
}

/** A job with its story, life by life. */
export interface ShownJob extends ListedJob {
  readonly lives: readonly ToldLife[];
}

/** Of the audit, newest first, for one job; its replays are not far from its end. */
const MOST_PAGES = 10;
const PAGE = 100;

/** The whole story of a job, from its record and, once that has gone, from the audit. */
export class JobStory {
  constructor(
    private readonly jobs: Pick<JobClient, 'get'>,
    private readonly audit: Pick<AuditService, 'list'>,
    private readonly view: AdminView,
  ) {}

  /** @throws VigilError `JOB_ID_INVALID` */
  async of(id: string): Promise<ShownJob | undefined> {
    const job = await this.jobs.get(id);
    if (!job) return undefined;
    const lives: ShownLife[] = this.view.lives(livesOf(job));
    const isForgotten = job.life > 0 && job.replays.length === 0;
    return { ...listedJob(job, this.view), lives: isForgotten ? await this.told(job, lives) : lives };
  }

  /** What ended keeps no history, but each of its replays stands in the audit, with the dead letter that it was. */
  private async told({ queue, id }: JobSnapshot, lives: readonly ShownLife[]): Promise<ToldLife[]> {
    const replays = await this.replaysOf(queue, id, lives.length - 1);
    const burials = new Map(replays.map((entry) => [burialOf(entry)?.life, entry]));
    return lives.map((each): ToldLife => {
      const [begun, ended] = [burials.get(each.life - 1), burials.get(each.life)];
      const burial = ended && burialOf(ended);
      return {
        ...each,
        ...(begun && { begunBy: this.view.replay({ life: each.life, ...wordsOf(begun) }) }),
        ...(burial && { burial: this.view.summary(burial) }),
      };
    });
  }

  private async replaysOf(queue: string, id: string, most: number): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { items, nextCursor } = await this.audit.list({ queue, limit: PAGE, ...(cursor && { cursor }) });
      found.push(...items.filter(({ action, target }) => action === 'replay' && target === id));
      if (found.length >= most || nextCursor === undefined) break;
      cursor = nextCursor;
    }
    return found;
  }
}

function burialOf({ before }: AuditEntry): DeadLetterSummary | undefined {
  return before === undefined ? undefined : (JSON.parse(before) as DeadLetterSummary);
}

function wordsOf({ at, actor, reason, after = '{}' }: AuditEntry): {
  readonly at: number;
  readonly actor: string;
  readonly reason: string;
  readonly planId?: string;
  readonly patch?: readonly JsonPatchOperation[];
} {
  const { planId, patch } = JSON.parse(after) as { planId?: string; patch?: readonly JsonPatchOperation[] };
  return { at, actor, reason, ...(planId !== undefined && { planId }), ...(patch && { patch }) };
}
