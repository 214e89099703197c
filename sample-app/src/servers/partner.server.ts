import { FaultSchedule, PARTNER_FAULTS } from './fault-schedule.js';
import { LoopbackServer, type LoopbackAnswer, type LoopbackRequest, type Misbehaviour } from './loopback-server.js';

export interface DeliveryNotice {
  readonly orderId: string;
  readonly chargeId: string;
}

/** `POST /webhooks/<partner>` takes a notice that an order is paid; `GET /notices` lists the orders that the partners know of. */
export class PartnerServer extends LoopbackServer {
  private readonly notices = new Map<string, DeliveryNotice>();
  private readonly faults = new FaultSchedule(PARTNER_FAULTS);

  protected async handle(request: LoopbackRequest): Promise<LoopbackAnswer | Misbehaviour> {
    if (request.method === 'GET') return { status: 200, body: [...this.notices.values()] };
    const notice = request.body as DeliveryNotice;
    return this.faults.answer(notice.orderId, () => this.take(notice, request.path));
  }

  private take(notice: DeliveryNotice, path: string): LoopbackAnswer {
    if (path === '/webhooks/oldtown-courier') return { status: 503, body: { error: 'down_for_the_week' } };
    this.notices.set(notice.orderId, notice);
    return { status: 202, body: { accepted: true } };
  }
}
