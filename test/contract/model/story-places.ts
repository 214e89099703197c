import { constant, oneof, type Arbitrary } from 'fast-check';
import { LINES, QUEUES, WORKERS_PER_QUEUE } from './story-stage.js';

/** Most of what happens comes together in one place, or little would come of it. */
function mostlyTheFirst(count: number): Arbitrary<number> {
  return oneof(...Array.from({ length: count }, (_, n) => ({ weight: n === 0 ? 4 : 1, arbitrary: constant(n) })));
}

export const someQueue = mostlyTheFirst(QUEUES);
export const someLine = mostlyTheFirst(LINES.length);
export const somePayload = mostlyTheFirst(3);
export const seat = { queue: someQueue, worker: mostlyTheFirst(WORKERS_PER_QUEUE) };
