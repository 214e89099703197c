/** Under these prefixes the minutes hold counts: `<prefix>:<type>`. */
export const COUNTED = [
  ...['completed', 'cancelled', 'resolved', 'failed', 'retried', 'stalled'],
  ...['zombies', 'leases-lost'],
] as const;

/** `<prefix>:<type>:<bucket>`: how long handlers ran, and how long jobs waited for their first start. */
export const TIMED = ['ms', 'wait'] as const;

/** `<prefix>:<type>`, of the last note of a minute: depths, milliseconds of the oldest, and what was accepted since ever. */
export const NOTED = ['g-scheduled', 'g-waiting', 'g-active', 'g-dead', 'g-oldest', 'g-accepted'] as const;

/** `buried:<reason>:<type>`. */
export const BURIED = 'buried';

/** `cron:<outcome>:<type>`: what became of slots and attempts of a cron entry. */
export const CRON = 'cron';

/** In every minute in which somebody took note of depths. */
export const NOTED_AT = 'g-at';

export type Counted = (typeof COUNTED)[number];
export type Timed = (typeof TIMED)[number];
export type Noted = (typeof NOTED)[number];

export interface FigureName {
  readonly prefix: string;
  readonly type: string;
  /** Reason of a burial. */
  readonly reason?: string;
  /** Of a slot of a cron entry. */
  readonly outcome?: string;
  readonly bucket?: number;
}

/** Names of types may hold colons; prefixes, reasons, outcomes and buckets do not. */
export function figureName(text: string): FigureName | undefined {
  const at = text.indexOf(':');
  if (at < 0) return undefined;
  const prefix = text.slice(0, at);
  const rest = text.slice(at + 1);
  if (prefix === BURIED || prefix === CRON) {
    const end = rest.indexOf(':');
    const [first, type] = [rest.slice(0, end), rest.slice(end + 1)];
    return prefix === CRON ? { prefix, outcome: first, type } : { prefix, reason: first, type };
  }
  if (!(TIMED as readonly string[]).includes(prefix)) return { prefix, type: rest };
  const end = rest.lastIndexOf(':');
  return { prefix, type: rest.slice(0, end), bucket: Number(rest.slice(end + 1)) };
}

export const FIGURES_KEPT_MINUTES = 1_500;
