import { Module } from '@nestjs/common';
import { MailClient } from './mail.client.js';
import { ReceiptsService } from './receipts.service.js';

@Module({ providers: [ReceiptsService, MailClient] })
export class ReceiptsModule {}
