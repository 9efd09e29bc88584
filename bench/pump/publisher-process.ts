// Entry of a publisher process: one order in, one report out. Then it keeps its connection open, on
// which messages may still be under way, until the bench ends it.
import type { PublishOrder } from './orders.ts';
import { publish } from './publish.ts';

process.on('message', (order: PublishOrder) => {
  process.send?.(publish(order));
});
