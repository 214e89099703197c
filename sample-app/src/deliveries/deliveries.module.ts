import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/billing.module.js';
import { DeliveriesService } from './deliveries.service.js';

@Module({ imports: [BillingModule], providers: [DeliveriesService] })
export class DeliveriesModule {}
