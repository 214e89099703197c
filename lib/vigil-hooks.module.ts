import { Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/**
 * When Nest's hooks reach us. Those of a module near the root are called last at the start and first at the end: so work begins
 * when everything else is ready, and is drained while everything that handlers use is still there.
 */
export class VigilHooks implements OnApplicationBootstrap, OnModuleDestroy {
  begin: () => void = () => undefined;
  drain: () => Promise<void> = async () => undefined;

  onApplicationBootstrap(): void {
    this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain();
  }
}

/** Nearer to the root than the root itself (1). */
const NEAREST = 0;

/** Sets how far a module counts as from the root. Nest has no official way; without it the order is merely the usual one. */
export function setDistance(modules: ModulesContainer, metatype: unknown, distance: number): void {
  for (const module of modules.values()) {
    if (module.metatype === metatype) module.distance = distance;
  }
}

@Module({
  providers: [
    {
      provide: VigilHooks,
      inject: [ModulesContainer],
      // While instances are made, the order of the hooks is not settled yet.
      useFactory: (modules: ModulesContainer): VigilHooks => {
        setDistance(modules, VigilHooksModule, NEAREST);
        return new VigilHooks();
      },
    },
  ],
  exports: [VigilHooks],
})
export class VigilHooksModule {}
