/**
 * `degraded`: it works, and somebody should look. `down`: it does not.
 *
 * @example
 * const httpStatus = (status: HealthStatus): number => (status === 'down' ? 503 : 200);
 * @publicApi
 */
export type HealthStatus = 'up' | 'degraded' | 'down';

/**
 * One thing that was looked at.
 *
 * @example
 * const line = ({ status, message }: HealthDetail): string => `${status} ${message ?? ''}`;
 * @publicApi
 */
export interface HealthDetail {
  readonly status: HealthStatus;
  /** What is wrong, or worth a word. */
  readonly message?: string;
}

/**
 * How this process and the store fare; as bad as the worst of the checks.
 *
 * @example
 * const troubles = ({ checks }: HealthReport): string[] =>
 *   Object.entries(checks).flatMap(([name, { status }]) => (status === 'up' ? [] : [name]));
 * @publicApi
 */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, HealthDetail>>;
}

const ORDER: readonly HealthStatus[] = ['up', 'degraded', 'down'];

export function reportOf(checks: Readonly<Record<string, HealthDetail>>): HealthReport {
  const worst = Math.max(0, ...Object.values(checks).map(({ status }) => ORDER.indexOf(status)));
  return { status: ORDER[worst], checks };
}
