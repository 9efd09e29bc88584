import type { AlarmSource, BrokerCore } from '../../amqp-control/broker-core.ts';
import type { CertificateExpiry } from '../../amqp-control/net/certificate-expiry.ts';

/** A port that is served over TLS. */
export interface ListenerCertificates {
  readonly protocol: string;
  readonly port: number;
  readonly expiry: CertificateExpiry;
}

/** A reason why publishers are blocked. */
export interface Alarm {
  /** What there is too little of, in RabbitMQ's words. */
  readonly resource: 'memory' | 'disk';
  readonly reason: string;
}

/** What only main knows of the node: its heap, alarms, and what came and went. */
export interface NodeFigures {
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  /** Why publishers are blocked. */
  readonly alarms: readonly Alarm[];
  readonly certificates: readonly ListenerCertificates[];
  /** What somebody has named the cluster, or null. */
  readonly clusterName: string | null;
  /** By protocol, in RabbitMQ's words. */
  readonly logins: Readonly<Record<'amqp091' | 'http', { succeeded: number; failed: number }>>;
  /** How many came and went, by RabbitMQ's names. */
  readonly churn: Readonly<Record<ChurnName, number>>;
}

/** The store and paging have alarms when the disk doesn't take, or give back, what they keep. */
const RESOURCES: Readonly<Record<AlarmSource, Alarm['resource']>> = {
  memory: 'memory',
  disk: 'disk',
  store: 'disk',
  paging: 'disk',
  reading: 'disk',
};

export const CHURN_NAMES = [
  'connection_created',
  'connection_closed',
  'channel_created',
  'channel_closed',
  'queue_declared',
  'queue_created',
  'queue_deleted',
] as const;

export type ChurnName = (typeof CHURN_NAMES)[number];

export function nodeFigures(
  { churn, alarms, globalParameters, loginCounts }: BrokerCore,
  certificates: readonly ListenerCertificates[],
): NodeFigures {
  const { heapUsed, heapTotal, external } = process.memoryUsage();
  const clusterName = globalParameters.all.get('cluster_name');
  return {
    heapUsed,
    heapTotal,
    external,
    alarms: [...alarms].map(([source, reason]) => ({ resource: RESOURCES[source], reason })),
    certificates,
    clusterName: typeof clusterName === 'string' ? clusterName : null,
    logins: { amqp091: { ...loginCounts.amqp091 }, http: { ...loginCounts.http } },
    churn: {
      connection_created: churn.connectionsCreated,
      connection_closed: churn.connectionsClosed,
      channel_created: churn.channelsCreated,
      channel_closed: churn.channelsClosed,
      queue_declared: churn.queuesDeclared,
      queue_created: churn.queuesCreated,
      queue_deleted: churn.queuesDeleted,
    },
  };
}
