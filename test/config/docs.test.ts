import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withOptionTables } from '../../src/config/markdown.ts';
import { environmentName, OPTION_ENTRIES } from '../../src/config/options.ts';
import { accepted } from './support.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  it('has the tables that scripts/generate-configuration-docs.mjs makes of the options', () => {
    expect(page).toBe(withOptionTables(page));
    expect(page).toContain('`DIRECTMQ_FRAME_MAX`');
  });

  it('shows config files that are accepted and that say the same', async () => {
    const blocks = (format: string) =>
      page.match(new RegExp(`(?<=\`\`\`${format}\\n).*?(?=\`\`\`)`, 's'))?.[0] ?? '';
    const toml = await accepted({
      argv: ['--config', 'a.toml'],
      files: { 'a.toml': blocks('toml') },
    });
    const json = await accepted({
      argv: ['--config', 'a.json'],
      files: { 'a.json': blocks('json') },
    });
    expect(toml.users).toHaveLength(1);
    expect(json).toEqual(toml);
  });
});

describe('the table of options', () => {
  it('names a flag as the option, without its unit of time', () => {
    for (const [name, { flag }] of OPTION_ENTRIES) {
      const kebab = name.replace(/(Ms|S)$/, '').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
      expect(flag).toBe(kebab);
    }
  });

  it('has defaults that are acceptable', async () => {
    await expect(accepted({})).resolves.toBeDefined();
  });

  it('never gives two options one environment variable', () => {
    const names = OPTION_ENTRIES.map(([, { flag }]) => environmentName(flag));
    expect(new Set(names).size).toBe(names.length);
  });
});
