import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentSplitter } from '../../src/client/direct/content-splitter.ts';
import { PublishContents } from '../../src/client/direct/publish-contents.ts';
import { BatchWriter } from '../../src/client/net/batch-writer.ts';
import { DMP_HEARTBEAT } from '../../src/wire/dmp-content.ts';
import { shortstrText } from '../../src/wire/octets.ts';
import { fuzzBudget } from '../wire/fuzz-budget.ts';

/** Messages as contents, one behind the other. */
function contentsOf(texts: readonly string[]): Buffer {
  const writer = new BatchWriter(
    1 << 20,
    Infinity,
    () => {},
    () => {},
  );
  const contents = new PublishContents('exchange');
  for (const text of texts) {
    contents.fits(`key ${text.length}`, Buffer.from(text), { contentType: 'text/plain' });
    contents.write(writer, Buffer.from(text));
  }
  return Buffer.concat(writer.takeUnwritten());
}

/** What comes out when the octets go in in pieces that end at `cuts`. */
function split(octets: Buffer, cuts: readonly number[]): string[] {
  const splitter = new ContentSplitter();
  const texts: string[] = [];
  let from = 0;
  for (const to of [...cuts, octets.length]) {
    // A copy whose octets are overwritten afterwards, as those of a read buffer are.
    const piece = Buffer.from(octets.subarray(from, to));
    splitter.push(piece, (b, cursor) => {
      const key = shortstrText(b, cursor.routingKeyAt);
      texts.push(`${key}: ${b.toString('utf8', cursor.bodyAt, cursor.end)}`);
    });
    piece.fill(0xff);
    from = to;
  }
  return texts;
}

describe('contents in pieces', () => {
  const octets = Buffer.concat([contentsOf(['one', '']), DMP_HEARTBEAT, contentsOf(['three'])]);
  const expected = ['key 3: one', 'key 0: ', 'key 5: three'];

  it('come out whole wherever they are split', () => {
    for (let cut = 0; cut <= octets.length; cut++) {
      expect(split(octets, [cut])).toEqual(expected);
    }
  });

  it('come out whole when each octet comes by itself', () => {
    expect(split(octets, Array.from(octets.keys()))).toEqual(expected);
  });

  it('come out whole in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 300 }), { maxLength: 20 }),
        fc.array(fc.nat(5000), { maxLength: 30 }),
        (texts, cuts) => {
          const all = contentsOf(texts);
          const sorted = cuts.filter((cut) => cut <= all.length).sort((a, b) => a - b);
          expect(split(all, sorted)).toEqual(texts.map((text) => `key ${text.length}: ${text}`));
        },
      ),
      fuzzBudget(),
    );
  });

  it('are refused when they are no contents', () => {
    const broken = Buffer.from(contentsOf(['x']));
    broken[broken.length - 2]++;
    expect(() => split(broken, [])).toThrow('lengths in a content');
  });
});
