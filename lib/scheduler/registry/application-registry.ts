import type { ModulesContainer } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';

/** What a SchedulerRegistry keeps. Private there, but so named in every version that can be installed. */
type Kept = Record<'cronJobs' | 'intervals' | 'timeouts', Map<string, unknown>>;
const KEPT = ['cronJobs', 'intervals', 'timeouts'] as const;

/**
 * Makes our SchedulerRegistry and that of the application's `ScheduleModule` one: whichever of them Nest gives to somebody, it has all
 * entries. Where there is no ScheduleModule, ours is the only one.
 * @returns whether there is a ScheduleModule
 */
export function joinRegistries(own: SchedulerRegistry, modules: ModulesContainer): boolean {
  const others = registriesOf(modules).filter((registry) => registry !== own);
  for (const other of others) {
    const [ours, theirs] = [own, other] as unknown as [Kept, Kept];
    for (const kind of KEPT) {
      for (const [name, entry] of ours[kind]) theirs[kind].set(name, entry);
      ours[kind] = theirs[kind];
    }
  }
  return others.length > 0;
}

function registriesOf(modules: ModulesContainer): SchedulerRegistry[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const instance: unknown = providers.get(SchedulerRegistry)?.instance;
    return instance instanceof SchedulerRegistry ? [instance] : [];
  });
}
