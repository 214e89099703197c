import { MailServer } from './mail.server.js';
import { PartnerServer } from './partner.server.js';
import { PaymentServer } from './payment.server.js';

export interface ServerAddresses {
  readonly payments: string;
  readonly mail: string;
  readonly partners: string;
}

/** The outside world of the shop. */
export class ShopServers {
  private readonly payments = new PaymentServer();
  private readonly mail = new MailServer();
  private readonly partners = new PartnerServer();

  async listen(): Promise<ServerAddresses> {
    const [payments, mail, partners] = await Promise.all([
      this.payments.listen(),
      this.mail.listen(),
      this.partners.listen(),
    ]);
    return { payments, mail, partners };
  }

  async close(): Promise<void> {
    await Promise.all([this.payments.close(), this.mail.close(), this.partners.close()]);
  }
}
