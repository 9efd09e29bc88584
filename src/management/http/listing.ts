import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { ApiError } from '../link/api-error.ts';
import { pickColumns, putAt, valueAt } from './columns.ts';
import { matchNames } from './name-filter.ts';

const PAGE_SIZE_DEFAULT = 100;
/** As in RabbitMQ. */
const PAGE_SIZE_MAX = 500;

/** What a client wants of a list. */
export interface ListQuery {
  /** Null: all of it. */
  readonly page: { readonly number: number; readonly size: number } | null;
  readonly name: string;
  readonly useRegex: boolean;
  readonly sort: string | null;
  readonly descending: boolean;
  readonly columns: readonly string[] | null;
  readonly withoutStats: boolean;
}

/** Things to be listed that can be looked at without being shown in full. */
export interface Listed<T> {
  readonly items: readonly T[];
  name(item: T): string;
  show(item: T, withoutStats: boolean): JsonObject;
  /** What to sort by, where it is at hand; undefined sends the list to `show`. */
  sortKey?(item: T, path: string): Json | undefined;
}

/** A page, as RabbitMQ wraps it. */
interface Page {
  readonly filtered_count: number;
  readonly item_count: number;
  readonly items: readonly JsonObject[];
  readonly page: number;
  readonly page_count: number;
  readonly page_size: number;
  readonly total_count: number;
}

/** What is left of a list, in order, to be shown. */
export interface Selection<T> {
  readonly items: readonly T[];
  /** The page around the items, or null. */
  readonly page: Omit<Page, 'items'> | null;
  show(item: T): JsonObject;
}

/** @throws ApiError 400 */
export function readListQuery(query: (name: string) => string | undefined): ListQuery {
  const page = query('page');
  const size = query('page_size');
  return {
    page: page === undefined && size === undefined ? null : readPage(page, size),
    name: query('name') ?? '',
    useRegex: query('use_regex') === 'true',
    sort: query('sort') || null,
    descending: query('sort_reverse') === 'true',
    columns: query('columns')?.split(',') ?? null,
    withoutStats: query('disable_stats') === 'true',
  };
}

/** Filters, sorts, cuts. @throws ApiError 400 for a page that doesn't exist */
export function select<T>(listed: Listed<T>, query: ListQuery): Selection<T> {
  const filtered = filter(listed, query);
  const sorted = sort(listed, filtered, query);
  const show = shower(listed, query);
  if (query.page === null) return { items: sorted, page: null, show };
  const { number, size } = query.page;
  const pageCount = Math.max(1, Math.ceil(sorted.length / size));
  if (number > pageCount) {
    throw new ApiError(
      400,
      'page_out_of_range',
      `page out of range, page: ${number} page size: ${size}, len: ${sorted.length}`,
    );
  }
  const items = sorted.slice((number - 1) * size, number * size);
  return {
    items,
    page: {
      filtered_count: sorted.length,
      item_count: items.length,
      page: number,
      page_count: pageCount,
      page_size: size,
      total_count: listed.items.length,
    },
    show,
  };
}

/** How items are shown: of columns that are named nothing else is worked out, if possible. */
function shower<T>(listed: Listed<T>, query: ListQuery): (item: T) => JsonObject {
  const { columns, withoutStats } = query;
  const { items } = listed;
  if (columns === null) return (item) => listed.show(item, withoutStats);
  const inFull = (item: T) => pickColumns(listed.show(item, withoutStats), columns);
  if (items.length === 0) return inFull;
  const brief = listed.show(items[0], true);
  const full = listed.show(items[0], withoutStats);
  const described = columns.filter((column) => Object.hasOwn(brief, column.split('.')[0]));
  // What is shown as a number, and can be sorted by, is the same number.
  const figures = columns.filter(
    (column) =>
      !described.includes(column) &&
      typeof valueAt(full, column.split('.')) === 'number' &&
      typeof listed.sortKey?.(items[0], column) === 'number',
  );
  if (described.length + figures.length < columns.length) return inFull;
  const paths = figures.map((column) => column.split('.'));
  return (item) => {
    const picked = described.length > 0 ? pickColumns(listed.show(item, true), described) : {};
    for (let i = 0; i < figures.length; i++) {
      putAt(picked, paths[i], listed.sortKey?.(item, figures[i]) ?? null);
    }
    return picked;
  };
}

function filter<T>(listed: Listed<T>, { name, useRegex }: ListQuery): readonly T[] {
  if (name === '') return listed.items;
  const matches = matchNames(
    listed.items.map((item) => listed.name(item)),
    name,
    useRegex,
  );
  return listed.items.filter((_, i) => matches[i]);
}

function sort<T>(listed: Listed<T>, items: readonly T[], query: ListQuery): readonly T[] {
  const { sort: by } = query;
  if (by === null) return items;
  const path = by.split('.');
  const keyed = items.map((item) => ({
    item,
    key: listed.sortKey?.(item, by) ?? valueAt(listed.show(item, query.withoutStats), path) ?? null,
  }));
  const sign = query.descending ? -1 : 1;
  keyed.sort((one, other) => sign * compare(one.key, other.key));
  return keyed.map(({ item }) => item);
}

/** Numbers by value, all else by its text; what isn't there comes first. */
function compare(one: Json, other: Json): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  const a = typeof one === 'string' ? one : JSON.stringify(one);
  const b = typeof other === 'string' ? other : JSON.stringify(other);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readPage(page = '1', size?: string): { number: number; size: number } {
  const number = Number(page);
  const items = size === undefined ? PAGE_SIZE_DEFAULT : Number(size);
  if (isCount(number) && isCount(items) && items <= PAGE_SIZE_MAX) {
    return { number, size: items };
  }
  throw new ApiError(
    400,
    'invalid_pagination_parameters',
    `Invalid pagination parameters: page number ${page}, page size ${size ?? 'undefined'}`,
  );
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
