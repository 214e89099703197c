export const CHARGE_JOB = 'BillingService.charge';
export const RECEIPT_JOB = 'ReceiptsService.send';
export const PARTNER_JOB = 'PartnersService.notify';

export interface JobFigures {
  readonly name: string;
  readonly accepted: number;
  /** Scheduled, waiting or active. */
  readonly live: number;
  readonly completed: number;
  readonly retried: number;
  readonly buried: number;
  /** Cancelled or resolved. */
  readonly withdrawn: number;
}

/** Adds up one column of the figures. */
export function total(figures: readonly JobFigures[], column: Exclude<keyof JobFigures, 'name'>): number {
  return figures.reduce((sum, job) => sum + job[column], 0);
}
