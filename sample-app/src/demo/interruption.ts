/** A terminal's Ctrl-C comes to npm as well, which passes it on: the same wish arrives twice within a few milliseconds. */
const SAME_WISH_MS = 300;

/** The first Ctrl-C (or SIGTERM) aborts `signal`; another one ends the process at once, with status 130. */
export class Interruption {
  private readonly controller = new AbortController();
  private askedAt?: number;

  constructor(private readonly onFirst: () => void) {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.ask());
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  private ask(): void {
    if (this.askedAt === undefined) {
      this.askedAt = Date.now();
      this.onFirst();
      this.controller.abort();
    } else if (Date.now() - this.askedAt > SAME_WISH_MS) {
      process.exit(130);
    }
  }
}
