import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { MonitorRounds } from '../../../lib/monitoring/rounds/monitor-rounds.js';

/** Found by its name: the package that is measured does not export it, and no option switches it off. */
export function roundsOf(app: INestApplicationContext): MonitorRounds {
  for (const { providers } of app.get(ModulesContainer).values())
    for (const { name, instance } of providers.values()) if (name === 'MonitorRounds') return instance as MonitorRounds;
  throw new Error('nobody makes the rounds');
}
