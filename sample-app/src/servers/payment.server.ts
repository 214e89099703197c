import { setTimeout as pause } from 'node:timers/promises';
import { FaultSchedule, PAYMENT_FAULTS } from './fault-schedule.js';
import { LoopbackServer, type LoopbackAnswer, type LoopbackRequest, type Misbehaviour } from './loopback-server.js';
import { PaymentBooks, type ChargeRequest } from './payment-books.js';

type PaymentRequest = ChargeRequest & { readonly cardToken: string };

/** Of these, the bank has no new card. */
const CLOSED_CARDS = ['tok_expired_visa_e81920'];

/**
 * `POST /charges` takes money; `GET /books` shows all that was ever taken. The bank's list of renewed cards is missing, so that
 * expired ones are refused, until `POST /renewed-cards` brings it.
 */
export class PaymentServer extends LoopbackServer {
  private readonly books = new PaymentBooks();
  private knowsRenewedCards = false;
  private readonly faults = new FaultSchedule(PAYMENT_FAULTS);

  protected async handle(request: LoopbackRequest): Promise<LoopbackAnswer | Misbehaviour> {
    if (request.method === 'GET') return { status: 200, body: this.books.page() };
    if (request.path === '/renewed-cards') {
      this.knowsRenewedCards = true;
      return { status: 200, body: { known: true } };
    }
    const payment = request.body as PaymentRequest;
    await pause(latencyOf(payment.orderId));
    return this.faults.answer(payment.orderId, () => this.charge(payment, request));
  }

  private charge({ cardToken, ...payment }: PaymentRequest, { headers }: LoopbackRequest): LoopbackAnswer {
    if (cardToken.startsWith('tok_expired')) {
      if (!this.knowsRenewedCards) return { status: 400, body: { error: 'card_expired' } };
      if (CLOSED_CARDS.includes(cardToken)) return { status: 400, body: { error: 'card_closed' } };
    }
    const { chargeId } = this.books.charge(payment, headers['idempotency-key']?.toString());
    return { status: 201, body: { chargeId } };
  }
}

/** 150 to 285 ms, as payment providers have it. */
function latencyOf(orderId: string): number {
  return 150 + Number(orderId.slice(-1)) * 15;
}
