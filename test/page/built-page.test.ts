import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** All that a browser loads, compressed, in octets: a moment even on a slow line. */
const BUDGET_OCTETS = 64 * 1024;

const PAGE = fileURLToPath(new URL('../../dist/page/', import.meta.url));
const html = readFileSync(`${PAGE}index.html`, 'utf8');

describe('the built page', () => {
  it(`loads at most ${BUDGET_OCTETS / 1024} KiB, compressed`, () => {
    const files = readdirSync(PAGE, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`));
    const total = files.reduce((sum, content) => sum + gzipSync(content).length, 0);
    expect(files.length).toBeGreaterThan(2);
    expect(total).toBeLessThanOrEqual(BUDGET_OCTETS);
  });

  it('has neither script nor style of its own, so that a strict content policy fits', () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    for (const [, attributes, content] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
      expect(attributes).toMatch(/\ssrc="\.\//);
      expect(content.trim()).toBe('');
    }
  });

  it('names nothing outside itself', () => {
    const assets = readdirSync(`${PAGE}assets`).filter((name) => /\.(js|css)$/.test(name));
    expect(assets.length).toBeGreaterThan(1);
    expect(html).not.toMatch(/https?:\/\//);
    for (const name of assets) {
      const text = readFileSync(`${PAGE}assets/${name}`, 'utf8');
      const addresses = [...text.matchAll(/https?:\/\/[\w./-]+/g)].map(([address]) => address);
      // Names of XML, which nobody loads.
      expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
    }
  });
});
