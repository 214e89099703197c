import { Module } from '@nestjs/common';
import { InvoicesService } from './invoices.service.js';
import { PrintClient } from './print.client.js';

@Module({ providers: [InvoicesService, PrintClient] })
export class InvoicesModule {}
