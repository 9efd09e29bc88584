import { defaultText, validText } from './describe.ts';
import type { OptionDefinition } from './option-kinds.ts';
import { environmentName, OPTION_GROUPS } from './options.ts';

/** Comments between which docs/configuration.md holds the tables. */
const TABLES = /(<!-- tables:.*?-->\n).*?(<!-- end of tables -->)/s;

/** The page with its option tables up to date; everything around them stays as it is. */
export function withOptionTables(page: string): string {
  return page.replace(TABLES, (_, start, end) => `${start}\n${optionTables()}\n${end}`);
}

/** One table per group of options. */
function optionTables(): string {
  return Object.entries(OPTION_GROUPS)
    .map(([heading, group]) => `### ${heading}\n\n${table(group)}`)
    .join('\n');
}

function table(group: Readonly<Record<string, OptionDefinition>>): string {
  const rows = Object.entries(group).map(([name, option]) => row(name, option));
  return [
    '| flag, config key | environment | embedded | accepts | default | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function row(name: string, option: OptionDefinition): string {
  const nested = option.kind === 'users';
  const cells = [
    nested ? `\`${option.flag}\` (file only)` : `\`--${option.flag}\``,
    nested ? '' : `\`${environmentName(option.flag)}\``,
    `\`${name}\``,
    validText(option),
    defaults(option),
    option.description,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaults(option: OptionDefinition): string {
  if (!('embeddedDefault' in option)) return defaultText(option);
  return `${defaultText(option)}; embedded: ${option.embeddedDefault}`;
}
