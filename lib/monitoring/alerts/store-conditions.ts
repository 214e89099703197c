import type { StoreHealth } from '../../engine/store-health.port.js';
import { STORE_ALERTS } from '../../engine/alert.port.js';
import type { AlertCondition } from './alert-record.js';
import type { AlertSettings } from './alert-settings.js';

/** What is wrong with the store itself. `before` is how it was when this process began. */
export function storeConditions(
  health: StoreHealth,
  before: StoreHealth | undefined,
  settings: AlertSettings,
): AlertCondition[] {
  const found: AlertCondition[] = [];
  const { memory, evictionPolicy, durability } = health;
  const limits = settings.limits('memory-pressure', STORE_ALERTS);
  if (limits && memory && memory.usedBytes > memory.maxBytes * limits.above!) {
    const share = Math.round((memory.usedBytes / memory.maxBytes) * 100);
    found.push({
      ...{ key: 'memory-pressure', rule: 'memory-pressure', severity: 'critical', count: share },
      what: `Redis has used ${share} % of the memory that it may use; when it is full, new jobs are refused`,
    });
  }
  if (!settings.limits('store-changed', STORE_ALERTS)) return found;
  if (evictionPolicy !== undefined && evictionPolicy !== 'noeviction') {
    found.push({
      ...{ key: 'store-changed:eviction', rule: 'store-changed', severity: 'critical', count: 1 },
      what: `maxmemory-policy is now '${evictionPolicy}', so Redis may delete jobs; set it back to noeviction`,
    });
  }
  if (before && before.durability !== durability) {
    found.push({
      ...{ key: 'store-changed:durability', rule: 'store-changed', severity: 'error', count: 1 },
      what: `what an accepted job survives has changed: it was "${before.durability}", and is "${durability}"`,
    });
  }
  return found;
}
