/**
 * How urgent a job is among the jobs of its type. Within a level, first come first served; every 16th look begins at the
 * lowest level, so `bulk` is never starved.
 *
 * @example
 * await jobs.enqueue(MailService, 'digest', digest, { priority: 'bulk' });
 * @publicApi
 */
export type JobPriority = 'high' | 'normal' | 'low' | 'bulk';

/** In the order in which they are looked at; the index is the level kept in the store. */
export const PRIORITIES = ['high', 'normal', 'low', 'bulk'] as const satisfies readonly JobPriority[];

export type PriorityLevel = 0 | 1 | 2 | 3;

export function priorityLevel(priority: JobPriority): PriorityLevel {
  return PRIORITIES.indexOf(priority) as PriorityLevel;
}
