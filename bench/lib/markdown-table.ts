/** One column: its heading and whether its cells hold figures, which are set to the right. */
export interface Column {
  readonly heading: string;
  readonly figures?: boolean;
}

/** A Markdown table that is legible unrendered too: the cells of a column are equally wide. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map((column, index) =>
    Math.max(3, column.heading.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => padded(cell, widths[index], columns[index])).join(' | ')} |`;
  const rules = columns.map((column, index) =>
    column.figures ? `${'-'.repeat(widths[index] - 1)}:` : '-'.repeat(widths[index]),
  );
  return [line(columns.map((column) => column.heading)), line(rules), ...rows.map(line)].join('\n');
}

function padded(cell: string, width: number, column: Column): string {
  return column.figures ? cell.padStart(width) : cell.padEnd(width);
}
