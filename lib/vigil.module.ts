import { Module, type DynamicModule } from '@nestjs/common';
import { optionProviders, vigilModule } from './vigil.composition.js';
import type { VigilAsyncOptions, VigilModuleExtras, VigilOptions } from './vigil.options.js';
import { VIGIL_OPTIONS } from './vigil.tokens.js';

/**
 * Background jobs for a Nest application. Import it once; handlers are found in whatever module they live.
 *
 * @example
 * @Module({ imports: [VigilModule.forRoot({ isGlobal: true, redis: 'redis://localhost:6379' })], providers: [PaymentService] })
 * class AppModule {}
 * @publicApi
 */
@Module({})
export class VigilModule {
  /**
   * Without `redis`, jobs are kept in memory. The options are checked at boot: `VIGIL_OPTIONS_INVALID`.
   *
   * @throws VigilError `ADMIN_UNGUARDED` for an `admin` that anybody could use
   */
  static forRoot({ isGlobal, admin, ...options }: VigilOptions & VigilModuleExtras = {}): DynamicModule {
    return vigilModule(VigilModule, { isGlobal, admin, options: [{ provide: VIGIL_OPTIONS, useValue: options }] });
  }

  /**
   * The options come from a factory or a class, which may wait for something.
   *
   * @throws VigilError `VIGIL_OPTIONS_INVALID` unless exactly one of `useFactory`, `useClass` and `useExisting` is given;
   * `ADMIN_UNGUARDED`
   */
  static forRootAsync({ isGlobal, admin, imports, ...async }: VigilAsyncOptions): DynamicModule {
    return vigilModule(VigilModule, { isGlobal, admin, imports, options: optionProviders(async) });
  }
}
