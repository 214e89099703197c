import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { postJson, type PostOptions } from '../http/post-json.js';

export interface Mail {
  readonly orderId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

@Injectable()
export class MailClient {
  constructor(private readonly config: ConfigService) {}

  async send(mail: Mail, options: PostOptions): Promise<void> {
    await postJson(`${this.config.getOrThrow<string>('MAIL_URL')}/mails`, mail, options);
  }
}
