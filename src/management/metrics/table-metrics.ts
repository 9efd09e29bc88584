import type { ObjectKind } from '../../amqp-control/stats/object-source.ts';

/** A column of a table as a metric, summed up or per object. */
export interface TableMetric {
  /** Without the prefix `rabbitmq_`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly kind: ObjectKind;
  /** Columns that are added. */
  readonly columns: readonly string[];
  /** The family of `/metrics/detailed`. */
  readonly family: string;
}

type Row = readonly [name: string, help: string, columns: readonly string[]];

function metrics(
  kind: ObjectKind,
  type: TableMetric['type'],
  family: string,
  rows: readonly Row[],
): TableMetric[] {
  return rows.map(([name, help, columns]) => ({ name, help, type, kind, columns, family }));
}

const READY = 'messages_ready';
const UNACKED = 'messages_unacknowledged';

/** Metrics with RabbitMQ's names, where they mean the same. */
export const TABLE_METRICS: readonly TableMetric[] = [
  ...metrics('queue', 'gauge', 'queue_coarse_metrics', [
    ['queue_messages_ready', 'Messages ready to be delivered to consumers', [READY]],
    [
      'queue_messages_unacked',
      'Messages delivered to consumers but not yet acknowledged',
      [UNACKED],
    ],
    ['queue_messages', 'Sum of ready and unacknowledged messages', [READY, UNACKED]],
  ]),
  ...metrics('queue', 'gauge', 'queue_consumer_count', [
    ['queue_consumers', 'Consumers on a queue', ['consumers']],
  ]),
  ...metrics('queue', 'gauge', 'queue_metrics', [
    [
      'queue_messages_ready_bytes',
      'Octets of the bodies of ready messages',
      ['message_bytes_ready'],
    ],
    [
      'queue_messages_unacked_bytes',
      'Octets of the bodies of unacknowledged messages',
      ['message_bytes_unacknowledged'],
    ],
    [
      'queue_messages_bytes',
      'Octets of the bodies of all messages',
      ['message_bytes_ready', 'message_bytes_unacknowledged'],
    ],
    ['queue_messages_persistent', 'Messages that survive a restart', ['messages_persistent']],
    [
      'queue_messages_persistent_bytes',
      'Octets of the bodies of messages that survive a restart',
      ['message_bytes_persistent'],
    ],
    [
      'queue_messages_paged_out',
      'Messages that are on disk and not in memory',
      ['messages_paged_out'],
    ],
    [
      'queue_messages_paged_out_bytes',
      'Octets of the bodies of messages that are on disk and not in memory',
      ['message_bytes_paged_out'],
    ],
    ['queue_process_memory_bytes', 'Octets of memory held by the messages of a queue', ['memory']],
  ]),
  ...metrics('queue', 'counter', 'queue_delivery_metrics', [
    ['queue_messages_published_total', 'Messages published to a queue', ['publish']],
    [
      'queue_messages_delivered_total',
      'Messages delivered from a queue to consumers that do not acknowledge',
      ['deliver_no_ack'],
    ],
    [
      'queue_messages_delivered_ack_total',
      'Messages delivered from a queue to consumers that acknowledge',
      ['deliver'],
    ],
    ['queue_get_total', 'Messages fetched without acknowledgement', ['get_no_ack']],
    ['queue_get_ack_total', 'Messages fetched to be acknowledged', ['get']],
    ['queue_get_empty_total', 'Fetches from a queue that was empty', ['get_empty']],
    ['queue_messages_redelivered_total', 'Messages delivered once more', ['redeliver']],
    ['queue_messages_acked_total', 'Messages acknowledged by consumers', ['ack']],
  ]),
  ...metrics('channel', 'gauge', 'channel_metrics', [
    ['channel_consumers', 'Consumers on a channel', ['consumer_count']],
    ['channel_messages_unacked', 'Delivered but not yet acknowledged messages', [UNACKED]],
    ['channel_messages_unconfirmed', 'Messages not confirmed yet', ['messages_unconfirmed']],
    ['channel_messages_uncommitted', 'Messages in open transactions', ['messages_uncommitted']],
    ['channel_acks_uncommitted', 'Acknowledgements in open transactions', ['acks_uncommitted']],
    ['consumer_prefetch', 'Limit of unacknowledged messages of each consumer', ['prefetch_count']],
    [
      'channel_prefetch',
      'Limit of unacknowledged messages of all consumers on a channel',
      ['global_prefetch_count'],
    ],
  ]),
  ...metrics('channel', 'counter', 'channel_exchange_metrics', [
    ['channel_messages_published_total', 'Messages published on a channel', ['publish']],
    ['channel_messages_confirmed_total', 'Messages confirmed on a channel', ['confirm']],
    [
      'channel_messages_unroutable_returned_total',
      'Messages that could not be routed and were returned',
      ['return_unroutable'],
    ],
    [
      'channel_messages_unroutable_dropped_total',
      'Messages that could not be routed and were dropped',
      ['drop_unroutable'],
    ],
  ]),
  ...metrics('channel', 'counter', 'channel_queue_metrics', [
    [
      'channel_messages_delivered_total',
      'Messages delivered to consumers that do not acknowledge',
      ['deliver_no_ack'],
    ],
    [
      'channel_messages_delivered_ack_total',
      'Messages delivered to consumers that acknowledge',
      ['deliver'],
    ],
    ['channel_get_total', 'Messages fetched without acknowledgement', ['get_no_ack']],
    ['channel_get_ack_total', 'Messages fetched to be acknowledged', ['get']],
    ['channel_get_empty_total', 'Fetches from empty queues', ['get_empty']],
    ['channel_messages_redelivered_total', 'Messages delivered once more', ['redeliver']],
    ['channel_messages_acked_total', 'Messages acknowledged by consumers', ['ack']],
  ]),
  ...metrics('exchange', 'counter', 'exchange_metrics', [
    ['exchange_messages_published_in_total', 'Messages published to an exchange', ['publish_in']],
    [
      'exchange_messages_published_out_total',
      'Copies that an exchange sent on to queues',
      ['publish_out'],
    ],
  ]),
  ...metrics('connection', 'counter', 'connection_coarse_metrics', [
    ['connection_incoming_bytes_total', 'Octets received on a connection', ['recv_oct']],
    ['connection_outgoing_bytes_total', 'Octets sent on a connection', ['send_oct']],
  ]),
  ...metrics('connection', 'counter', 'connection_metrics', [
    ['connection_incoming_packets_total', 'Reads from a connection', ['recv_cnt']],
    ['connection_outgoing_packets_total', 'Writes to a connection', ['send_cnt']],
  ]),
  ...metrics('connection', 'gauge', 'connection_metrics', [
    ['connection_channels', 'Channels on a connection', ['channels']],
  ]),
];

/** Metrics of channels that are counted per virtual host on, when the channels have closed. */
export const CHANNEL_COUNTERS: readonly Row[] = [
  ['messages_received_total', 'Messages received from publishers', ['publish']],
  ['messages_confirmed_total', 'Messages confirmed to publishers', ['confirm']],
  [
    'messages_unroutable_returned_total',
    'Messages that could not be routed and were returned',
    ['return_unroutable'],
  ],
  [
    'messages_unroutable_dropped_total',
    'Messages that could not be routed and were dropped',
    ['drop_unroutable'],
  ],
];

/** The same, of what was handed out. */
export const DELIVERY_COUNTERS: readonly Row[] = [
  [
    'messages_delivered_total',
    'Messages delivered to consumers',
    ['deliver', 'deliver_no_ack', 'get', 'get_no_ack'],
  ],
  [
    'messages_delivered_consume_auto_ack_total',
    'Messages delivered to consumers that do not acknowledge',
    ['deliver_no_ack'],
  ],
  [
    'messages_delivered_consume_manual_ack_total',
    'Messages delivered to consumers that acknowledge',
    ['deliver'],
  ],
  [
    'messages_delivered_get_auto_ack_total',
    'Messages fetched without acknowledgement',
    ['get_no_ack'],
  ],
  ['messages_delivered_get_manual_ack_total', 'Messages fetched to be acknowledged', ['get']],
  ['messages_get_empty_total', 'Fetches from empty queues', ['get_empty']],
  ['messages_redelivered_total', 'Messages delivered once more', ['redeliver']],
  ['messages_acknowledged_total', 'Messages acknowledged by consumers', ['ack']],
];
