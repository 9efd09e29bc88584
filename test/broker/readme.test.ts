import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const readme = readFileSync('README.md', 'utf8');

/** The first fenced block of that language behind `heading`. */
function block(heading: string, language: string): string {
  const section = readme.slice(readme.indexOf(`## ${heading}`));
  const [, text = ''] = section.match(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``)) ?? [];
  return text;
}

describe.each([
  ['Your first message', 'examples/first-message.mjs'],
  ['The client', 'examples/direct-client.mjs'],
])('the example of "%s" in README.md', (heading, file) => {
  it('is the file that it says it is', () => {
    const source = readFileSync(file, 'utf8');
    expect(source.replace(/^\/\/.*\n/, '')).toBe(block(heading, 'js'));
  });

  it('prints what README.md says', () => {
    const [, ...output] = block(heading, 'console').split('\n');
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe(output.join('\n'));
  });
});
