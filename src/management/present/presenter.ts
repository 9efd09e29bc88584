import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { ObjectTable, Row } from '../tables/object-table.ts';

/** What is known of the place that things are shown from. */
export interface PresentContext {
  /** Name of the node. */
  readonly node: string;
}

/** How objects of one kind are shown. */
export interface Presenter {
  /** The whole of it, in RabbitMQ's fields. */
  full(row: Row): JsonObject;
  /** Without what is counted (`disable_stats`): always the same fields, as `full` has them. */
  brief(row: Row): JsonObject;
}

/** A figure and how fast it changes, as RabbitMQ shows them: `{x: 1, x_details: {rate: 0.0}}`. */
export function withRate(
  table: ObjectTable,
  row: Row,
  columns: readonly string[],
): Record<string, Json> {
  const shown: Record<string, Json> = {};
  for (const column of columns) {
    shown[column] = table.value(row, column);
    shown[detailsOf(column)] = { rate: table.rate(row, column) };
  }
  return shown;
}

/** Names are put together once: to make one for each object would take longer than all the rest. */
const DETAILS = new Map<string, string>();

function detailsOf(column: string): string {
  const known = DETAILS.get(column);
  if (known !== undefined) return known;
  const name = `${column}_details`;
  DETAILS.set(column, name);
  return name;
}

/** Messages that were handed out, however. */
export const DELIVER_GET = ['deliver', 'deliver_no_ack', 'get', 'get_no_ack'] as const;

/**
 * `message_stats` of what counts deliveries.
 * @param columns what is counted; `deliver_get` comes on top
 */
export function messageStats(
  table: ObjectTable,
  row: Row,
  columns: readonly string[],
): Record<string, Json> {
  const sum = (read: (column: string) => number) =>
    DELIVER_GET.reduce((total, column) => total + read(column), 0);
  return {
    ...withRate(table, row, columns),
    deliver_get: sum((column) => table.value(row, column)),
    deliver_get_details: { rate: sum((column) => table.rate(row, column)) },
  };
}

/** `127.0.0.1:54321` or `::1:54321` in two. */
export function hostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
