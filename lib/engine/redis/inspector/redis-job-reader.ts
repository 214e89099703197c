import type { JobRef } from '../../../core/job-id.js';
import type { JobSnapshot } from '../../../core/job-snapshot.js';
import { decodeRecord, layoutTooNew, type LiveRecord } from '../records/redis-codec.js';
import type { JobPlace } from '../../inspector.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { innerId, LAYOUT, placeOf, type QueueKeys, type RedisKeys } from '../redis-keys.js';
import { snapshotOfLive, snapshotOfTombstone, type JobParts } from '../records/redis-snapshot.js';
import { STATE_OF_LETTER } from '../records/state-letters.js';

type JobReply = readonly [
  letter: string,
  record: string,
  due: string,
  expiry: string,
  past: string,
  lease: string,
  progress: string,
  summary: string,
  ...attempts: string[],
];

/** Reads single jobs. */
export class RedisJobReader {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  /** @throws VigilError `LAYOUT_TOO_NEW` */
  async read(ref: JobRef): Promise<JobSnapshot | undefined> {
    const snapshot = await this.look(ref);
    // A large payload is read after its record; the job may have ended in between, and then it is another job to show.
    return snapshot === 'without payload' ? this.look(ref, true) : snapshot;
  }

  /** @throws VigilError `LAYOUT_TOO_NEW` */
  async readHolder(place: JobPlace): Promise<JobSnapshot | undefined> {
    const key = this.keys.queue(place.queue).record(placeOf(place));
    for (let last = ''; ;) {
      const text = await this.connection.command<string | null>('get', key);
      if (text === null) return undefined;
      if (!text.startsWith(String(LAYOUT))) throw layoutTooNew();
      const { op } = decodeRecord(text, place.slotKey);
      // Another one may take the place before it is read; of the same one nothing is left once its window is over.
      const snapshot = await this.read({ ...place, op });
      if (snapshot || op === last) return snapshot;
      last = op;
    }
  }

  private look(ref: JobRef): Promise<JobSnapshot | undefined | 'without payload'>;
  private look(ref: JobRef, again: true): Promise<JobSnapshot | undefined>;
  private async look(ref: JobRef, again = false): Promise<JobSnapshot | undefined | 'without payload'> {
    const keys = this.keys.queue(ref.queue);
    const reply = await this.reply(keys, ref);
    const [letter = '', text = '', due = '', expiry = '', past = '', lease = '', progress = '', summary = ''] = reply;
    if (letter === '') return undefined;
    if (letter === 'N') throw layoutTooNew();
    const record = decodeRecord(text, ref.slotKey);
    if (record.kind === 'tombstone') return snapshotOfTombstone(ref, record);
    const payload = await this.payloadOf(keys, ref, record);
    if (payload === undefined && !again) return 'without payload';
    const state = STATE_OF_LETTER[letter];
    const parts: JobParts = { state, due, expiry, past, lease, progress, summary, attempts: reply.slice(8) };
    return snapshotOfLive(ref, record, parts, payload);
  }

  private reply(keys: QueueKeys, ref: JobRef): Promise<JobReply | readonly []> {
    const id = innerId(ref);
    const place = placeOf(ref);
    return this.connection.run('get', keys, [keys.record(place), keys.attempts(id), keys.steps(id)], [place, ref.op]);
  }

  private async payloadOf(keys: QueueKeys, ref: JobRef, record: LiveRecord): Promise<string | undefined> {
    if (!record.big) return record.payload;
    return (await this.connection.command<string | null>('get', keys.payload(innerId(ref)))) ?? undefined;
  }
}
