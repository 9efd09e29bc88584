import type { ApiParts } from '../http/api.ts';
import type { Row } from '../tables/object-table.ts';
import { TABLE_METRICS, type TableMetric } from './table-metrics.ts';
import type { Labels, MetricWriter } from './writer.ts';

/** Objects turned into samples before other requests have their turn. */
const OBJECTS_PER_TURN = 1000;

/** Families of metrics that there are. */
export const FAMILIES: readonly string[] = [
  ...new Set([...TABLE_METRICS.map(({ family }) => family), 'directmq_feed_metrics']),
];

/**
 * Writes metrics with a sample for each object.
 * @param prefix of the names
 * @param families null for all
 * @param vhosts null for all
 */
export async function writeObjectMetrics(
  parts: ApiParts,
  writer: MetricWriter,
  prefix: string,
  families: readonly string[] | null,
  vhosts: readonly string[] | null,
): Promise<void> {
  for (const metric of TABLE_METRICS) {
    if (families === null || families.includes(metric.family)) {
      await writeTableMetric(parts, writer, prefix, metric, vhosts);
    }
  }
  if (families === null || families.includes('directmq_feed_metrics')) {
    await writeFeeds(parts, writer, vhosts);
  }
}

async function writeTableMetric(
  { tables }: ApiParts,
  writer: MetricWriter,
  prefix: string,
  { name, help, type, kind, columns }: TableMetric,
  vhosts: readonly string[] | null,
): Promise<void> {
  const table = await tables.fresh(kind);
  let count = 0;
  for (const row of [...table.rows()]) {
    if (vhosts !== null && !vhosts.includes(String(row.description.vhost))) continue;
    const value = columns.reduce((sum, column) => sum + table.value(row, column), 0);
    writer[type](prefix + name, help, value, labelsOf(kind, row));
    if (++count % OBJECTS_PER_TURN === 0) await new Promise(setImmediate);
  }
}

async function writeFeeds(
  { direct }: ApiParts,
  writer: MetricWriter,
  vhosts: readonly string[] | null,
): Promise<void> {
  for (const feed of (await direct.report()).feeds) {
    if (vhosts !== null && !vhosts.includes(feed.vhost)) continue;
    const labels = { vhost: feed.vhost, queue: feed.queue };
    const { backlogContents, backlogOctets, contentsOut, contentsDropped } = feed;
    writer.gauge('directmq_object_feed_backlog_messages', 'Backlog', backlogContents, labels);
    writer.gauge('directmq_object_feed_backlog_bytes', 'Backlog', backlogOctets, labels);
    writer.counter('directmq_object_feed_delivered_total', 'Delivered', contentsOut, labels);
    writer.counter('directmq_object_feed_dropped_total', 'Dropped', contentsDropped, labels);
  }
}

function labelsOf(kind: TableMetric['kind'], { description: d }: Row): Labels {
  if (kind === 'connection') return { connection: String(d.name) };
  return { vhost: String(d.vhost), [kind]: String(d.name) };
}
