import { machineNow, type Happening } from './happening.js';

const LOOK_MS = 50;
const STARVED_MS = 100;

/**
 * A machine that is too busy to run a process may cost it its leases and its punctuality, as a fault would; that must not look
 * like one. @returns how to end it
 */
export function watchBusyTimes(history: { note(happening: Happening): void }): () => void {
  let last = machineNow();
  const timer = setInterval(() => {
    const now = machineNow();
    if (now - last > LOOK_MS + STARVED_MS) history.note({ what: 'starved', ms: Math.round(now - last) });
    last = now;
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
