import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { postJson, type PostOptions } from '../http/post-json.js';
import type { Invoice } from './invoice.schema.js';

@Injectable()
export class PrintClient {
  constructor(private readonly config: ConfigService) {}

  print(invoice: Invoice, options: PostOptions): Promise<{ pages: number }> {
    return postJson(`${this.config.getOrThrow<string>('PRINT_URL')}/invoices`, invoice, options);
  }
}
