import { Module } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { RetryTally } from './retry-tally.js';
import { ShopFigures } from './shop-figures.js';

/** The shop, and what watches it in the demo. */
@Module({ imports: [AppModule], providers: [RetryTally, ShopFigures] })
export class DemoModule {}
