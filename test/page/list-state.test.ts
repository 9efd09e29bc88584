import { describe, expect, it } from 'vitest';
import { apiQuery, listStateOf, sortBy } from '../../src/page/model/list-state.ts';
import { parseRoute } from '../../src/page/model/route.ts';

const stateOf = (address: string) => listStateOf(parseRoute(address), { sort: 'name' });

describe('a list', () => {
  it('starts at the first page, by name', () => {
    expect(stateOf('#/queues')).toEqual({ page: 1, sort: 'name', descending: false, filter: '' });
  });

  it('is what its address says', () => {
    expect(stateOf('#/queues?page=3&sort=messages&desc=1&filter=or')).toEqual({
      page: 3,
      sort: 'messages',
      descending: true,
      filter: 'or',
    });
  });

  it.each(['0', '-1', '1.5', 'x'])('has no page %s', (page) => {
    expect(stateOf(`#/queues?page=${page}`).page).toBe(1);
  });

  it('asks the server for one page, sorted and filtered there', () => {
    expect(apiQuery(stateOf('#/queues?page=2&filter=a'))).toEqual({
      page: '2',
      page_size: '50',
      sort: 'name',
      sort_reverse: 'false',
      name: 'a',
      use_regex: 'false',
    });
  });

  it('turns round when the same column is chosen again, and starts over', () => {
    const state = stateOf('#/queues?sort=name&page=4');
    expect(sortBy(state, 'name', false)).toEqual({ sort: 'name', desc: '1', page: undefined });
  });

  it('starts with the largest figures and the first names', () => {
    const state = stateOf('#/queues');
    expect(sortBy(state, 'messages', true).desc).toBe('1');
    expect(sortBy({ ...state, sort: 'messages' }, 'name', false).desc).toBe('0');
  });
});
