/** A Markdown table that is legible unrendered too: the cells of a column are equally wide. */
export function markdownTable(columns, rows) {
    const widths = columns.map((column, index) => Math.max(3, column.heading.length, ...rows.map((row) => row[index].length)));
    const line = (cells) => `| ${cells.map((cell, index) => fit(cell, widths[index], columns[index])).join(' | ')} |`;
    const rules = columns.map((column, index) => column.figures ? `${'-'.repeat(widths[index] - 1)}:` : '-'.repeat(widths[index]));
    return [line(columns.map((column) => column.heading)), line(rules), ...rows.map(line)].join('\n');
}
function fit(cell, width, column) {
    return column.figures ? cell.padStart(width) : cell.padEnd(width);
}
//# sourceMappingURL=markdown-table.js.map