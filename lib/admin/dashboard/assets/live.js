/** How things stand, told by the server as it goes; asked for where nobody tells. Says when it hears nothing any more. */
import { addressOf, get } from './api.js';

const QUIET_MS = 8_000;
const POLL_MS = 5_000;
const STREAM_AGAIN_MS = 60_000;

/** @typedef {{ how: 'live' | 'polling' | 'lost', since: number, why?: string }} Connection */

export class Live {
  /** @type {Set<(overview: any) => void>} */
  listeners = new Set();
  /** @type {any} */
  latest;
  /** @type {Connection} */
  connection = { how: 'polling', since: Date.now() };
  lastHeard = Date.now();
  streamFailedAt = 0;
  /** @type {EventSource | undefined} */
  stream;

  /** @param {(connection: Connection) => void} onConnection */
  constructor(onConnection) {
    this.onConnection = onConnection;
    this.open();
    setInterval(() => void this.watch(), POLL_MS / 2);
    // A page that was in the background for long is told at once.
    document.addEventListener('visibilitychange', () => document.hidden || void this.poll());
  }

  /** @param {(overview: any) => void} listener told of the latest at once; returns how to stop */
  listen(listener) {
    this.listeners.add(listener);
    if (this.latest) listener(this.latest);
    return () => this.listeners.delete(listener);
  }

  open() {
    const stream = new EventSource(addressOf('live'));
    this.stream = stream;
    stream.addEventListener('overview', (event) => this.hear(JSON.parse(event.data), 'live'));
    stream.addEventListener('problem', (event) => this.lose(JSON.parse(event.data).detail));
    stream.addEventListener('error', () => {
      // It comes back by itself, unless the server has said no.
      if (stream.readyState !== EventSource.CLOSED) return;
      this.stream = undefined;
      this.streamFailedAt = Date.now();
      void this.poll();
    });
  }

  async watch() {
    const isQuiet = Date.now() - this.lastHeard > QUIET_MS;
    if (!this.stream && Date.now() - this.streamFailedAt > STREAM_AGAIN_MS) this.open();
    if (!this.stream || isQuiet) await this.poll();
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    try {
      this.hear(await get('overview'), 'polling');
    } catch (error) {
      this.lose(error.message);
    } finally {
      this.polling = false;
    }
  }

  hear(overview, how) {
    // A poll in between does not make a stream that works a poll.
    const isStill = how === 'polling' && this.connection.how === 'live' && this.stream?.readyState === EventSource.OPEN;
    this.lastHeard = Date.now();
    this.latest = overview;
    this.tell({ how: isStill ? 'live' : how, since: Date.now() });
    for (const listener of this.listeners) listener(overview);
  }

  lose(why) {
    if (this.connection.how !== 'lost') this.tell({ how: 'lost', since: this.lastHeard, why });
  }

  tell(connection) {
    this.connection = connection;
    this.onConnection(connection);
  }
}
