import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, withQuery } from '../../src/page/model/route.ts';

describe('an address of the page', () => {
  it('keeps names with slashes, spaces, question marks and per cent signs', () => {
    const address = formatRoute(['queues', '/', 'a b?c/d%e#f']);
    expect(parseRoute(address).segments).toEqual(['queues', '/', 'a b?c/d%e#f']);
  });

  it('comes back as it was, whatever names and query hold', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(text), fc.dictionary(text, text), (segments, query) => {
        const route = parseRoute(formatRoute(segments, query));
        expect(route.segments).toEqual(segments);
        expect({ ...route.query }).toEqual({ ...query });
      }),
    );
  });

  it('leaves out what is not set', () => {
    expect(formatRoute(['queues'], { page: undefined, filter: '', sort: 'name' })).toBe(
      '#/queues?sort=name',
    );
  });

  it('changes one part of the query and keeps the rest', () => {
    const route = parseRoute('#/queues?sort=name&page=3');
    expect(withQuery(route, { page: undefined })).toBe('#/queues?sort=name');
  });

  it('that is broken still leads somewhere', () => {
    expect(parseRoute('#/queues/%E0%A4%A')).toEqual({
      segments: ['queues', '%E0%A4%A'],
      query: {},
    });
    expect(parseRoute('').segments).toEqual([]);
  });
});
