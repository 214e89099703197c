import { Module } from '@nestjs/common';
import { BillingService } from './billing.service.js';
import { PaymentsClient } from './payments.client.js';

@Module({ providers: [BillingService, PaymentsClient], exports: [PaymentsClient] })
export class BillingModule {}
