/** What a text field for arguments or headers holds, or what is wrong with it. */
export type ParsedArguments =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads `name = value`, one a line. Values that are JSON are taken as such (numbers, true,
 * objects), all others as text; quotes make a text of what looks like something else.
 */
export function parseArguments(text: string): ParsedArguments {
  const value: Record<string, unknown> = {};
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at < 0 || name === '') {
      return { ok: false, problem: `Line ${index + 1}: write it as name = value.` };
    }
    value[name] = parseValue(line.slice(at + 1).trim());
  }
  return { ok: true, value };
}

/** The reverse, for showing. */
export function formatArguments(args: Readonly<Record<string, unknown>> | undefined): string {
  return Object.entries(args ?? {})
    .map(
      ([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join('\n');
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
