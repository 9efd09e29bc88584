import { CHANNEL_COUNT_COLUMNS } from '../../amqp-control/stats/count-columns.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { TotalFigures, TotalName } from '../tables/totals.ts';
import { DELIVER_GET } from './presenter.ts';

/** What all channels have counted, as `message_stats`. */
export function totalMessageStats(values: TotalFigures, rates: TotalFigures): JsonObject {
  const sum = (figures: TotalFigures) =>
    DELIVER_GET.reduce((total, name) => total + figures[name], 0);
  return {
    ...figures(values, rates, CHANNEL_COUNT_COLUMNS),
    deliver_get: sum(values),
    deliver_get_details: { rate: Math.max(sum(rates), 0) },
  };
}

/** What lies in all queues, as `queue_totals`. */
export function queueTotals(values: TotalFigures, rates: TotalFigures): JsonObject {
  const sum = (figures: TotalFigures) => figures.messages_ready + figures.messages_unacknowledged;
  return {
    messages: sum(values),
    messages_details: { rate: sum(rates) },
    ...figures(values, rates, ['messages_ready', 'messages_unacknowledged']),
  };
}

/** What all connections have carried. */
export function trafficTotals(values: TotalFigures, rates: TotalFigures): JsonObject {
  return figures(values, rates, ['recv_oct', 'send_oct']);
}

function figures(
  values: TotalFigures,
  rates: TotalFigures,
  names: readonly TotalName[],
): JsonObject {
  const entries = names.flatMap((name) => [
    [name, values[name]],
    [`${name}_details`, { rate: rates[name] }],
  ]);
  return Object.fromEntries(entries) as JsonObject;
}
