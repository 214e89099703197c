import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { HttpResponseError } from '../http/http-response.error.js';
import { postJson, type PostOptions } from '../http/post-json.js';
import type { Order } from '../orders/order.schema.js';

@Injectable()
export class PaymentsClient {
  constructor(private readonly config: ConfigService) {}

  charge({ orderId, amount, currency, cardToken }: Order, options: PostOptions): Promise<{ chargeId: string }> {
    const url = `${this.config.getOrThrow<string>('PAYMENTS_URL')}/charges`;
    return postJson(url, { orderId, amount, currency, cardToken }, options);
  }

  async books({ signal }: Pick<PostOptions, 'signal'>): Promise<{ charges: { orderId: string }[] }> {
    const response = await fetch(`${this.config.getOrThrow<string>('PAYMENTS_URL')}/books`, { signal });
    if (!response.ok) throw new HttpResponseError(response, await response.text());
    return (await response.json()) as { charges: { orderId: string }[] };
  }
}
