import { Module } from '@nestjs/common';
import { PartnersService } from './partners.service.js';
import { WebhookClient } from './webhook.client.js';

@Module({ providers: [PartnersService, WebhookClient] })
export class PartnersModule {}
