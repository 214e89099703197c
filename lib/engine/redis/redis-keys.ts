import type { JobRef } from '../../core/job-id.js';

/** Of a record and of everything around it. Scripts refuse a record of a newer one. */
export const LAYOUT = 1;

/** A job type at one version: what waiting lists, schedules, active and dead jobs are kept by. */
export function lineOf(type: string, version: number): string {
  return `${type}@${version}`;
}

/** Every key of one queue. All begin with one hash tag, so a queue lives on one node of a Cluster. */
export class QueueKeys {
  /** What every key begins with. */
  readonly tag: string;
  /** The first keys of every script, in the order of scripts/fragments/keys.lua. */
  readonly shared: readonly string[];
  readonly paused: string;
  readonly types: string;
  readonly due: string;
  readonly pasts: string;
  readonly groups: string;
  /** Worker → until when its lease lives. */
  readonly workers: string;
  /** Worker → what it announced. */
  readonly announcements: string;
  /** Type → name of the job that its `onDead` runs as. */
  readonly compensations: string;
  readonly sweep: string;
  /** type@version → since when nobody has handled it, and whether that was told. */
  readonly grievances: string;
  /** There while the queue is short of memory and that was told. */
  readonly pressure: string;
  /** Minutes of which tombstones are to be deleted. */
  readonly minutes: string;
  /** The last reading of the books, and what was wrong in it. */
  readonly ledger: string;
  /** What is wrong, and whom it was told. */
  readonly alerts: string;
  /** Lists in use, since when. */
  readonly inUse: string;
  readonly audit: string;
  /** Names of cron entries, and their runs that are not over, by when they were accepted. */
  readonly crons: string;
  readonly openRuns: string;
  readonly ends: string;
  readonly cancellations: string;

  constructor(
    prefix: string,
    readonly queue: string,
  ) {
    // Names may hold colons: queue `eu:mail` of `shop` is not queue `mail` of `shop:eu`.
    const tag = `{${prefix}${prefix.includes(':') ? '/' : ':'}${queue}}:`;
    this.tag = tag;
    this.pasts = `${tag}m`;
    this.due = `${tag}due`;
    this.groups = `${tag}dg`;
    this.paused = `${tag}p`;
    this.types = `${tag}tv`;
    this.shared = [
      `${tag}~`,
      this.pasts,
      this.due,
      `${tag}c`,
      `${tag}g`,
      `${tag}wf`,
      `${tag}idle`,
      `${tag}tok`,
      this.groups,
      `${tag}ao`,
      `${tag}aox`,
      this.paused,
      this.types,
    ];
    this.workers = `${tag}wk`;
    this.announcements = `${tag}wt`;
    this.compensations = `${tag}od`;
    this.sweep = `${tag}sweep`;
    this.grievances = `${tag}nh`;
    this.minutes = `${tag}xi`;
    this.pressure = `${tag}mp`;
    this.ledger = `${tag}lg`;
    this.alerts = `${tag}al`;
    this.inUse = `${tag}iu`;
    this.audit = `${tag}audit`;
    this.crons = `${tag}cn`;
    this.openRuns = `${tag}cr`;
    this.ends = `${tag}end`;
    this.cancellations = `${tag}cancel`;
  }

  /** A job's record, and after its end its tombstone. */
  record(place: string): string {
    return `${this.tag}j:${place}`;
  }

  /** A payload that is too large for the record. */
  payload(id: string): string {
    return `${this.tag}b:${id}`;
  }

  attempts(id: string): string {
    return `${this.tag}l:${id}`;
  }

  /** Remembered steps (`s:<name>`), their bytes (`n`) and the progress (`p`). */
  steps(id: string): string {
    return `${this.tag}st:${id}`;
  }

  waiting(line: string, mark: string | number): string {
    return `${this.tag}w:${line}:${mark}`;
  }

  scheduled(line: string): string {
    return `${this.tag}s:${line}`;
  }

  active(line: string): string {
    return `${this.tag}a:${line}`;
  }

  dead(line: string): string {
    return `${this.tag}d:${line}`;
  }

  summaries(line: string): string {
    return `${this.tag}dx:${line}`;
  }

  expiries(type: string): string {
    return `${this.tag}e:${type}`;
  }

  bell(line: string): string {
    return `${this.tag}bell:${line}`;
  }

  /** Figures of a minute since the epoch. */
  minute(minute: number): string {
    return `${this.tag}mm:${minute}`;
  }

  /** There until somebody else may take the duty. */
  duty(name: string): string {
    return `${this.tag}dt:${name}`;
  }

  /** Not a bell of any line: wakes the listener of one client, to listen elsewhere. */
  nudge(client: string): string {
    return `${this.tag}bell:~${client}`;
  }

  /** Last answer to a worker's lane. */
  lane(worker: string, lane: number): string {
    return `${this.tag}t:${worker}:${lane}`;
  }

  /** How far a plan has come in this queue. */
  planPart(planId: string): string {
    return `${this.tag}pl:${planId}`;
  }

  /** What a plan replayed here, by when somebody looked at it last: type and member. */
  planUnderWay(planId: string): string {
    return `${this.tag}pu:${planId}`;
  }

  /** What is known of a cron entry, the lines of its history, and their order. */
  cron(name: string): readonly [known: string, lines: string, order: string] {
    return [`${this.tag}cron:${name}`, `${this.tag}ch:${name}`, `${this.tag}cl:${name}`];
  }

  /** Operations of a client. */
  ring(client: string): string {
    return `${this.tag}o:${client}`;
  }
}

/** Every key of what is known of plans, whichever queues they are about. They have a slot of their own, as a queue has. */
export class PlanKeys extends QueueKeys {
  /** Texts, fences, owners, live plans by the end of their lease, and all plans by the time of their beginning. */
  readonly own: readonly string[];
  readonly texts: string;
  readonly fences: string;
  readonly index: string;

  constructor(prefix: string) {
    // No queue has such a name.
    super(prefix, '~plans');
    const { tag } = this;
    this.texts = `${tag}text`;
    this.fences = `${tag}fence`;
    this.index = `${tag}all`;
    this.own = [this.texts, this.fences, `${tag}owner`, `${tag}live`, this.index];
  }
}

/** Locks of cron entries. They have a slot of their own, as a queue has. */
export class LockKeys extends QueueKeys {
  constructor(prefix: string) {
    // No queue has such a name.
    super(prefix, '~locks');
  }

  /** The last token of an entry, and who was given its newest slot; outlives the lock. */
  known(entry: string): string {
    return `${this.tag}lk:${entry}`;
  }

  /** Owner, token and holder of a lock. */
  held(lock: string): string {
    return `${this.tag}lock:${lock}`;
  }
}

export class RedisKeys {
  /** Queue → its layout. In a slot of its own. */
  readonly registry: string;
  readonly plans: PlanKeys;
  readonly locks: LockKeys;
  private readonly queues = new Map<string, QueueKeys>();

  constructor(readonly prefix: string) {
    this.registry = `{${prefix}}:queues`;
    this.plans = new PlanKeys(prefix);
    this.locks = new LockKeys(prefix);
  }

  queue(name: string): QueueKeys {
    let keys = this.queues.get(name);
    if (!keys) this.queues.set(name, (keys = new QueueKeys(this.prefix, name)));
    return keys;
  }
}

/** Where a job's record stands within its queue. `~` occurs in none of the parts. */
export function placeOf(ref: Pick<JobRef, 'type' | 'slotKey'>): string {
  return `${ref.type}~${ref.slotKey}`;
}

/** A job within its queue. */
export function innerId(ref: JobRef): string {
  return `${ref.type}~${ref.slotKey}~${ref.op}`;
}

/** A job in one of its lives: what lists and sets hold. */
export function memberOf(ref: JobRef & { readonly life: number }): string {
  return `${ref.slotKey}~${ref.op}~${ref.life}`;
}
