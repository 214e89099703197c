import { MailServer } from './mail.server.js';
import { PartnerServer } from './partner.server.js';
import { PaymentServer } from './payment.server.js';
import { PrintServer } from './print.server.js';

export interface ServerAddresses {
  readonly payments: string;
  readonly mail: string;
  readonly partners: string;
  readonly print: string;
}

/** The outside world of the shop. */
export class ShopServers {
  private readonly payments = new PaymentServer();
  private readonly mail = new MailServer();
  private readonly partners = new PartnerServer();
  private readonly print = new PrintServer();

  async listen(): Promise<ServerAddresses> {
    const [payments, mail, partners, print] = await Promise.all([
      this.payments.listen(),
      this.mail.listen(),
      this.partners.listen(),
      this.print.listen(),
    ]);
    return { payments, mail, partners, print };
  }

  async close(): Promise<void> {
    await Promise.all([this.payments.close(), this.mail.close(), this.partners.close(), this.print.close()]);
  }
}
