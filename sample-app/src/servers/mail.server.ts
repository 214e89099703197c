import { FaultSchedule, MAIL_FAULTS } from './fault-schedule.js';
import { LoopbackServer, type LoopbackAnswer, type LoopbackRequest, type Misbehaviour } from './loopback-server.js';

export interface Mail {
  readonly orderId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** `POST /mails` sends one mail for each idempotency key; `GET /mails` lists what was sent. */
export class MailServer extends LoopbackServer {
  private readonly sent = new Map<string, Mail>();
  private readonly faults = new FaultSchedule(MAIL_FAULTS);

  protected async handle(request: LoopbackRequest): Promise<LoopbackAnswer | Misbehaviour> {
    if (request.method === 'GET') return { status: 200, body: [...this.sent.values()] };
    const mail = request.body as Mail;
    return this.faults.answer(mail.orderId, () => this.send(mail, request));
  }

  private send(mail: Mail, { headers }: LoopbackRequest): LoopbackAnswer {
    if (!mail.to.includes('@')) return { status: 422, body: { error: 'no_such_mailbox' } };
    const key = headers['idempotency-key']?.toString() ?? `mail ${this.sent.size + 1}`;
    if (!this.sent.has(key)) this.sent.set(key, mail);
    return { status: 202, body: { accepted: true } };
  }
}
