/** The value below which this part of the values lies; between two of them, what lies between. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new Error('there is no quantile of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = Math.floor(place);
  const lower = sorted[below];
  const upper = sorted[Math.min(below + 1, sorted.length - 1)];
  return lower + (upper - lower) * (place - below);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** From the least to the greatest. */
export function spread(values: readonly number[]): readonly [least: number, greatest: number] {
  return [quantile(values, 0), quantile(values, 1)];
}
