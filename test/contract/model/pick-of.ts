/** By number, so that a failing story shrinks well. */
export function pickOf<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % from.length];
}
