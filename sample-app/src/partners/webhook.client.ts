import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { postJson, type PostOptions } from '../http/post-json.js';

@Injectable()
export class WebhookClient {
  constructor(private readonly config: ConfigService) {}

  async post(partner: string, notice: { orderId: string; chargeId: string }, options: PostOptions): Promise<void> {
    await postJson(`${this.config.getOrThrow<string>('PARTNERS_URL')}/webhooks/${partner}`, notice, options);
  }
}
