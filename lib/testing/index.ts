export { ManualClock } from './manual-clock.js';
export { VigilTestingModule } from './vigil-testing.module.js';
export type { VigilTestingOptions } from './vigil-testing.module.js';
export { VigilTesting } from './vigil-testing.js';
export type { RunReport } from './vigil-testing.js';
