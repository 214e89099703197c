import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { VigilModule } from 'nestjs-vigil';
import { BillingModule } from './billing/billing.module.js';
import { BooksModule } from './books/books.module.js';
import { LoopbackGuard } from './desk/loopback.guard.js';
import { InvoicesModule } from './invoices/invoices.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { PartnersModule } from './partners/partners.module.js';
import { ReceiptsModule } from './receipts/receipts.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    VigilModule.forRootAsync({
      isGlobal: true,
      // What happens to the jobs, and what can be done about it, is shown at /admin/jobs.
      admin: { guards: [LoopbackGuard] },
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        // Without it the jobs live in the memory of this process.
        redis: config.get<string>('REDIS_URL'),
        prefix: config.get<string>('VIGIL_PREFIX'),
        // The same application serves as producer and as worker; this decides which.
        worker: config.get('SHOP_WORKER') === 'off' ? false : { concurrency: 50 },
        shutdownGrace: '5s',
      }),
    }),
    OrdersModule,
    BillingModule,
    ReceiptsModule,
    PartnersModule,
    InvoicesModule,
    BooksModule,
  ],
})
export class AppModule {}
