import { ConflictException, Inject, Req, ServiceUnavailableException, Sse, type MessageEvent } from '@nestjs/common';
import { EMPTY, type Observable } from 'rxjs';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { OverviewModel } from '../openapi/figure-models.js';
import { LiveFeed } from '../live/live-feed.js';

/** Of Express and of Fastify. */
interface LiveRequest {
  readonly method: string;
  readonly socket: { readonly writableLength?: number; destroy(): void };
  readonly httpVersionMajor?: number;
  readonly raw?: { readonly httpVersionMajor?: number };
}

export class LiveController {
  constructor(@Inject(LiveFeed) private readonly feed: LiveFeed) {}

  /** Server-sent events: the overview, whenever there is a new one. */
  @Sse()
  @Requires('view')
  @Described('The overview every two seconds', OverviewModel, { streams: true })
  listen(@Req() request: LiveRequest): Observable<MessageEvent> {
    const { method, socket } = request;
    // Routers answer it like a GET, and nobody would read the answer.
    if (method === 'HEAD') return EMPTY;
    if (this.feed.isFull)
      throw new ServiceUnavailableException('too many listen already: ask for the overview now and then');
    const connection = sendsInTurn(request) ? socket : request;
    if (this.feed.isHeardOver(connection)) throw new ConflictException('this connection listens already');
    return this.feed.listen({ connection, pending: () => socket.writableLength ?? 0, drop: () => socket.destroy() });
  }
}

/** Before HTTP/2, requests may come all at once over a connection, and are answered one after the other. */
function sendsInTurn({ httpVersionMajor, raw }: LiveRequest): boolean {
  return (httpVersionMajor ?? raw?.httpVersionMajor ?? 1) < 2;
}
