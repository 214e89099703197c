/** Lines up columns; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = head.map((title, n) => Math.max(title.length, ...rows.map((row) => String(row[n]).length)));
  const line = (cells: readonly (string | number)[], like: readonly (string | number)[]): string =>
    cells
      .map((cell, n) =>
        typeof like[n] === 'number' ? String(cell).padStart(widths[n]) : String(cell).padEnd(widths[n]),
      )
      .join('  ')
      .trimEnd();
  return [line(head, rows[0] ?? head), ...rows.map((row) => line(row, row))].map((text) => `  ${text}`).join('\n');
}
