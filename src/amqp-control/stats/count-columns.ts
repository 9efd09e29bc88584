import type { ChannelCounts, DeliveryCounts } from './counts.ts';

/** Columns of what is counted of deliveries; names are RabbitMQ's. */
export const DELIVERY_COLUMNS = [
  'deliver',
  'deliver_no_ack',
  'get',
  'get_no_ack',
  'get_empty',
  'redeliver',
  'ack',
] as const;

/** Columns of what is counted for a channel. */
export const CHANNEL_COUNT_COLUMNS = [
  ...DELIVERY_COLUMNS,
  'publish',
  'confirm',
  'return_unroutable',
  'drop_unroutable',
] as const;

/** Writes DELIVERY_COLUMNS. @returns the offset behind them */
export function readDeliveries(counts: DeliveryCounts, row: Float64Array, at: number): number {
  row[at] = counts.delivered;
  row[at + 1] = counts.deliveredNoAck;
  row[at + 2] = counts.got;
  row[at + 3] = counts.gotNoAck;
  row[at + 4] = counts.gotNothing;
  row[at + 5] = counts.redelivered;
  row[at + 6] = counts.acknowledged;
  return at + DELIVERY_COLUMNS.length;
}

/** Writes CHANNEL_COUNT_COLUMNS. @returns the offset behind them */
export function readChannelCounts(counts: ChannelCounts, row: Float64Array, at: number): number {
  const next = readDeliveries(counts, row, at);
  row[next] = counts.published;
  row[next + 1] = counts.confirmed;
  row[next + 2] = counts.returned;
  row[next + 3] = counts.unroutable;
  return next + 4;
}
