import { Inject, Req, ServiceUnavailableException, Sse, type MessageEvent } from '@nestjs/common';
import { EMPTY, type Observable } from 'rxjs';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { OverviewModel } from '../openapi/figure-models.js';
import { LiveFeed } from '../live/live-feed.js';

/** Of Express and of Fastify. */
interface LiveRequest {
  readonly method: string;
  readonly socket: { readonly writableLength?: number; destroy(): void };
}

export class LiveController {
  constructor(@Inject(LiveFeed) private readonly feed: LiveFeed) {}

  /** Server-sent events: the overview, whenever there is a new one. */
  @Sse()
  @Requires('view')
  @Described('The overview every two seconds', OverviewModel, { streams: true })
  listen(@Req() { method, socket }: LiveRequest): Observable<MessageEvent> {
    // Routers answer it like a GET, and nobody would read the answer.
    if (method === 'HEAD') return EMPTY;
    if (this.feed.isFull)
      throw new ServiceUnavailableException('too many listen already: ask for the overview now and then');
    return this.feed.listen({ pending: () => socket.writableLength ?? 0, drop: () => socket.destroy() });
  }
}
