import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Reports are listed below this line, newest first; what stands above it is written by hand. */
const MARK = '<!-- reports, newest first -->';

/** Lists a report in the index, once. */
export function listReport(indexFile: string, name: string, summary: string): void {
  const index = existsSync(indexFile)
    ? readFileSync(indexFile, 'utf8')
    : `# Performance reports\n\n${MARK}\n`;
  if (index.includes(`](${name}/report.md)`)) return;
  if (!index.includes(MARK)) throw new Error(`${indexFile} has no line '${MARK}'`);
  const entry = `- [${name}](${name}/report.md): ${summary}`;
  writeFileSync(indexFile, index.replace(MARK, `${MARK}\n${entry}`));
}

/** The name of the report that an index lists first, or null if it lists none. */
export function newestReport(index: string): string | null {
  const [, list = ''] = index.split(MARK);
  return /\]\((.*?)\/report\.md\)/.exec(list)?.[1] ?? null;
}
