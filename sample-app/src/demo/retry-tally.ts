import { Injectable } from '@nestjs/common';
import { OnJobEvent, type JobEventOfType } from 'nestjs-vigil';

/** Counts retries by job. Events are told in the process where they happen; worker processes report theirs to the first one. */
@Injectable()
export class RetryTally {
  private readonly retries = new Map<string, number>();
  private listener?: (name: string) => void;

  @OnJobEvent('job.retried')
  onRetried({ name }: JobEventOfType<'job.retried'>): void {
    this.add(name);
  }

  add(name: string): void {
    this.retries.set(name, this.of(name) + 1);
    this.listener?.(name);
  }

  /** Calls `listener` with the job's name at each retry. */
  report(listener: (name: string) => void): void {
    this.listener = listener;
  }

  of(name: string): number {
    return this.retries.get(name) ?? 0;
  }

  get total(): number {
    return [...this.retries.values()].reduce((sum, count) => sum + count, 0);
  }
}
