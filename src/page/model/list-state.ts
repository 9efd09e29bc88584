import type { Route } from './route.ts';

/** Rows of one page of a table: the server never sends more. */
export const PAGE_SIZE = 50;

/** What part of a list is shown; all of it lives in the address, so that it can be linked to. */
export interface ListState {
  /** 1 is the first. */
  readonly page: number;
  /** A field as the API names it, such as `message_stats.publish_details.rate`. */
  readonly sort: string;
  readonly descending: boolean;
  /** Text that names must contain. */
  readonly filter: string;
}

export interface ListDefaults {
  readonly sort: string;
  readonly descending?: boolean;
}

export function listStateOf({ query }: Route, defaults: ListDefaults): ListState {
  const page = Number(query.page);
  return {
    page: Number.isInteger(page) && page > 0 ? page : 1,
    sort: query.sort ?? defaults.sort,
    descending:
      query.desc === undefined
        ? query.sort === undefined && defaults.descending === true
        : query.desc === '1',
    filter: query.filter ?? '',
  };
}

/** The query of the API for this part of a list. */
export function apiQuery(state: ListState): Record<string, string> {
  return {
    page: String(state.page),
    page_size: String(PAGE_SIZE),
    sort: state.sort,
    sort_reverse: String(state.descending),
    ...(state.filter === '' ? {} : { name: state.filter, use_regex: 'false' }),
  };
}

/**
 * What choosing a column changes in the address: the same column turns round; figures start with
 * the largest, names with the first. Sorting starts over at the first page.
 */
export function sortBy(
  state: ListState,
  field: string,
  largestFirst: boolean,
): Record<string, string | undefined> {
  const descending = state.sort === field ? !state.descending : largestFirst;
  return { sort: field, desc: descending ? '1' : '0', page: undefined };
}
