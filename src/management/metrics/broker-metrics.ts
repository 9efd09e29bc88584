import {
  connectionDescriptorsEnd,
  descriptorsMax,
} from '../../amqp-control/net/descriptor-limit.ts';
import type { Alarm, NodeFigures } from '../desk/node-figures.ts';
import type { ApiParts } from '../http/api.ts';
import { DirectPresenter, threadName } from '../present/direct.ts';
import { diskFree } from '../tables/disk-free.ts';
import type { TotalFigures, TotalName } from '../tables/totals.ts';
import { totals } from '../tables/totals.ts';
import { CHANNEL_COUNTERS, DELIVERY_COUNTERS, TABLE_METRICS } from './table-metrics.ts';
import type { MetricWriter } from './writer.ts';

const PROTOCOL = { protocol: 'amqp091' };
const QUEUE_TYPE = { ...PROTOCOL, queue_type: 'rabbit_classic_queue' };
const MICROSECONDS = 1e-6;

/** Writes what `/metrics` says: sums over all objects, and Direct Mode. */
export async function writeBrokerMetrics(parts: ApiParts, writer: MetricWriter): Promise<void> {
  const { tables, node, broker } = parts;
  for (const kind of ['queue', 'connection', 'channel', 'consumer', 'vhost', 'exchange'] as const) {
    await tables.fresh(kind);
  }
  const figures = await node.refresh();
  writer.gauge('rabbitmq_build_info', 'Versions', 1, {
    rabbitmq_version: broker.rabbitmqVersion,
    product_name: 'DirectMQ',
    product_version: broker.version,
  });
  writer.gauge('rabbitmq_identity_info', 'Which node this is', 1, {
    rabbitmq_node: broker.node,
    rabbitmq_cluster: figures.clusterName ?? broker.node,
  });
  for (const kind of ['connection', 'channel', 'consumer', 'queue'] as const) {
    writer.gauge(`rabbitmq_${kind}s`, `Open ${kind}s`, tables.table(kind).size);
  }
  for (const [name, value] of Object.entries(figures.churn)) {
    // connection_created: rabbitmq_connections_opened_total.
    const [object, event] = name.split('_');
    const opened = object === 'queue' ? event : event.replace('created', 'opened');
    writer.counter(`rabbitmq_${object}s_${opened}_total`, `Count of ${object}s ${opened}`, value);
  }
  await writeNode(parts, figures, writer);
  writeMessages(
    totals(tables, () => true),
    writer,
  );
  for (const { name, help, type, kind, columns } of TABLE_METRICS) {
    const table = tables.table(kind);
    let sum = 0;
    for (const row of table.rows()) {
      for (const column of columns) sum += table.value(row, column);
    }
    writer[type](`rabbitmq_${name}`, help, sum);
  }
  await writeDirect(parts, writer);
  await writeLatency(parts, writer);
}

/** The process and what it is given, alarms, and logins. */
async function writeNode(
  { tables, node, broker }: ApiParts,
  { alarms, logins }: NodeFigures,
  writer: MetricWriter,
): Promise<void> {
  const rss = process.memoryUsage.rss();
  const short = (resource: Alarm['resource']) =>
    alarms.some((alarm) => alarm.resource === resource) ? 1 : 0;
  const openFiles = node.value('fd_used');
  const filesMax = descriptorsMax();
  for (const [name, help, value] of [
    ['process_open_fds', 'Open file descriptors', openFiles],
    ['process_max_fds', 'File descriptors that the process may have', filesMax],
    ['process_open_tcp_sockets', 'Open AMQP connections', tables.table('connection').size],
    ['process_max_tcp_sockets', 'File descriptors that the process may have', filesMax],
    ['process_resident_memory_bytes', 'Memory of the process', rss],
    [
      'resident_memory_limit_bytes',
      'Memory in use at which publishers are blocked',
      broker.memoryMaxOctets ?? Infinity,
    ],
    [
      'disk_space_available_bytes',
      'Free space on the disk of the data directory',
      await diskFree(broker.dataDirectory ?? '.'),
    ],
    [
      'disk_space_available_limit_bytes',
      'Free space below which publishers are blocked',
      broker.diskFreeMinOctets,
    ],
    [
      'alarms_memory_used_watermark',
      'is 1 if publishers are blocked for want of memory',
      short('memory'),
    ],
    [
      'alarms_free_disk_space_watermark',
      'is 1 if publishers are blocked for want of disk space, or because the disk fails',
      short('disk'),
    ],
    [
      'alarms_file_descriptor_limit',
      'is 1 if new connections are refused for want of file descriptors',
      openFiles >= connectionDescriptorsEnd() ? 1 : 0,
    ],
  ] as const) {
    writer.gauge(`rabbitmq_${name}`, help, value);
  }
  for (const [protocol, { succeeded, failed }] of Object.entries(logins)) {
    for (const [name, help, value] of [
      ['auth_attempts_total', 'Logins', succeeded + failed],
      ['auth_attempts_succeeded_total', 'Logins that were let in', succeeded],
      ['auth_attempts_failed_total', 'Logins that were refused', failed],
    ] as const) {
      writer.counter(`rabbitmq_${name}`, help, value, { protocol });
    }
  }
}

function writeMessages(values: TotalFigures, writer: MetricWriter): void {
  for (const [counters, labels] of [
    [CHANNEL_COUNTERS, PROTOCOL],
    [DELIVERY_COUNTERS, QUEUE_TYPE],
  ] as const) {
    for (const [name, help, columns] of counters) {
      const sum = columns.reduce((total, column) => total + values[column as TotalName], 0);
      writer.counter(`rabbitmq_global_${name}`, help, sum, labels);
    }
  }
}

async function writeDirect({ direct }: ApiParts, writer: MetricWriter): Promise<void> {
  const report = await direct.report();
  const shown = new DirectPresenter(report, direct, new Map());
  const { totals: counted } = report;
  writer.gauge('directmq_leases', 'Leases granted and not ended', report.leases.length);
  writer.gauge('directmq_sinks', 'Open sinks', report.sinks.length);
  writer.gauge('directmq_feeds', 'Open feeds', report.feeds.length);
  writer.gauge(
    'directmq_feeds_slow',
    'Feeds whose backlog has reached a warn limit',
    report.feeds.filter(({ isSlow }) => isSlow).length,
  );
  const backlog = (read: (feed: (typeof report.feeds)[number]) => number) =>
    report.feeds.reduce((sum, feed) => sum + read(feed), 0);
  writer.gauge(
    'directmq_feed_backlog_messages',
    'Messages that wait for slow feeds',
    backlog((feed) => feed.backlogContents),
  );
  writer.gauge(
    'directmq_feed_backlog_bytes',
    'Octets that wait for slow feeds',
    backlog((feed) => feed.backlogOctets),
  );
  for (const [name, help, value] of [
    ['leases_granted', 'Leases granted', counted.leasesGranted],
    ['leases_refused', 'Direct connections without a valid lease', counted.leasesRefused],
    ['sinks_opened', 'Sinks opened', counted.sinksOpened],
    ['feeds_opened', 'Feeds opened', counted.feedsOpened],
    ['feed_warnings', 'How often a feed reached a warn limit', counted.feedWarnings],
  ] as const) {
    writer.counter(`directmq_${name}_total`, help, value);
  }
  for (const thread of report.threads) {
    const labels = { thread: threadName(thread) };
    for (const [name, value] of Object.entries(thread.counters)) {
      const metric = `directmq_thread_${snakeCase(name)}_total`;
      writer.counter(metric, `${name} of a thread`, value, labels);
    }
  }
  for (const { name, utilisation, cpu_seconds: seconds } of shown.threads()) {
    if (seconds !== null) {
      writer.counter(
        'directmq_thread_cpu_seconds_total',
        'Time that a thread has used of a processor',
        Number(seconds),
        { thread: String(name) },
      );
    }
    writer.gauge(
      'directmq_thread_utilisation_ratio',
      'Share of its time that a thread was busy',
      Number(utilisation),
      { thread: String(name) },
    );
  }
  for (const { source, target, fill } of shown.rings()) {
    writer.gauge('directmq_ring_fill_ratio', 'Share of a ring that is taken', Number(fill), {
      source: String(source),
      target: String(target),
    });
  }
}

async function writeLatency({ link }: ApiParts, writer: MetricWriter): Promise<void> {
  for (const { stage, p50, p99, p999 } of await link.latency()) {
    for (const [quantile, value] of [
      ['0.5', p50],
      ['0.99', p99],
      ['0.999', p999],
    ] as const) {
      writer.gauge(
        'directmq_latency_seconds',
        'Where the time of sampled messages goes, over the last minutes',
        value * MICROSECONDS,
        { stage, quantile },
      );
    }
  }
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
