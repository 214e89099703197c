import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/billing.module.js';
import { ReconciliationService } from './reconciliation.service.js';

@Module({ imports: [BillingModule], providers: [ReconciliationService] })
export class BooksModule {}
