import { Observable } from 'rxjs';
import type { JobEvent } from '../../core/job-event.js';
import type { JobEventBus } from '../../core/job-event-bus.js';

/**
 * What happens to jobs, in the process where it happens. Best effort: nothing is replayed, nothing comes from other
 * processes. What a subscriber of the stream throws goes where RxJS sends it, which is an uncaught exception; what a method with
 * `@OnJobEvent` throws is logged.
 *
 * @example
 * constructor(private readonly events: JobEvents) {
 *   this.events.stream().subscribe((event) => this.metrics.count(event.type));
 * }
 * @publicApi
 */
export class JobEvents {
  /** @internal built by the module */
  constructor(private readonly bus: JobEventBus) {}

  /** Every event from the subscription on; it never completes. Events are only made while somebody is subscribed. */
  stream(): Observable<JobEvent> {
    return new Observable((subscriber) => this.bus.subscribe((event) => subscriber.next(event)));
  }
}
