import { useMemo } from 'preact/hooks';
import { apiQuery, type ListDefaults, type ListState, listStateOf } from '../model/list-state.ts';
import type { Route } from '../model/route.ts';
import { ApiError } from './api-error.ts';
import { listPath, withSearch } from './paths.ts';
import type { Page } from './types.ts';
import { type Poll, usePoll } from './use-poll.ts';

export interface List<Item> extends Poll<Page<Item>> {
  readonly state: ListState;
  /** The virtual host that the list is limited to, if it is. */
  readonly vhost: string | undefined;
}

/** One page of a list, as the address says: the server filters, sorts and cuts it. */
export function useList<Item>(list: string, route: Route, defaults: ListDefaults): List<Item> {
  const state = listStateOf(route, defaults);
  const vhost = route.query.vhost === '' ? undefined : route.query.vhost;
  const from = withSearch(listPath(list, vhost), apiQuery(state));
  const poll = usePoll(from, async (get) => {
    try {
      return await get<Page<Item>>(from);
    } catch (error) {
      // There may be fewer of them than when the address was made.
      if (!(error instanceof ApiError) || error.status !== 400 || state.page === 1) throw error;
      const at = (page: number) => withSearch(listPath(list, vhost), apiQuery({ ...state, page }));
      const { page_count: last } = await get<Page<Item>>(at(1));
      if (last >= state.page) throw error;
      return get<Page<Item>>(at(last));
    }
  });
  return { ...poll, state, vhost };
}

/** Runs `make` once for a component: things that remember from one poll to the next. */
export function useMade<T>(make: () => T): T {
  return useMemo(make, []);
}
