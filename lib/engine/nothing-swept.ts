import type { SweepReport } from './maintenance.port.js';

/** What a sweep reports that another one forestalled. */
export const NOTHING_SWEPT: SweepReport = {
  swept: false,
  promoted: 0,
  expired: [],
  stalled: [],
  noHandler: [],
  tombstonesDeleted: 0,
  paused: [],
};
