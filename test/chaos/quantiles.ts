/** The middle and the slowest of some durations in milliseconds, as text. */
export function quantiles(durations: readonly number[]): string {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number): string =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1_000).toFixed(2)} s`;
  return sorted.length === 0 ? 'none' : `${at(0.5)} (p50), ${at(0.99)} (p99)`;
}
