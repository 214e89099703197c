import { Module, type DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OpenHours } from './open-hours.js';
import { RetryTally } from './retry-tally.js';
import { ShopFigures } from './shop-figures.js';

/** The shop, and what watches it in the demo. */
@Module({ imports: [AppModule, OrdersModule], providers: [RetryTally, ShopFigures, OpenHours] })
class DemoModule {}

/** The same in every process; what compares deliveries is no part of the proof, which ends before the last ones are known. */
export function demoModule(): DynamicModule {
  return { module: DemoModule, imports: process.env.SHOP_STAYS_OPEN === 'yes' ? [DeliveriesModule] : [] };
}
