import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { postJson, type PostOptions } from '../http/post-json.js';
import type { Order } from '../orders/order.schema.js';

@Injectable()
export class PaymentsClient {
  constructor(private readonly config: ConfigService) {}

  charge({ orderId, amount, currency, cardToken }: Order, options: PostOptions): Promise<{ chargeId: string }> {
    const url = `${this.config.getOrThrow<string>('PAYMENTS_URL')}/charges`;
    return postJson(url, { orderId, amount, currency, cardToken }, options);
  }
}
