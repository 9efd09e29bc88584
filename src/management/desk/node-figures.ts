import type { BrokerCore } from '../../amqp-control/broker-core.ts';
import type { CertificateExpiry } from '../../amqp-control/net/certificate-expiry.ts';

/** A port that is served over TLS. */
export interface ListenerCertificates {
  readonly protocol: string;
  readonly port: number;
  readonly expiry: CertificateExpiry;
}

/** What only main knows of the node: its heap, alarms, and what came and went. */
export interface NodeFigures {
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  /** Why publishers are blocked, or null. */
  readonly alarm: string | null;
  readonly certificates: readonly ListenerCertificates[];
  /** What somebody has named the cluster, or null. */
  readonly clusterName: string | null;
  /** How many came and went, by RabbitMQ's names. */
  readonly churn: Readonly<Record<ChurnName, number>>;
}

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
  { churn, alarm, globalParameters }: BrokerCore,
  certificates: readonly ListenerCertificates[],
): NodeFigures {
  const { heapUsed, heapTotal, external } = process.memoryUsage();
  const clusterName = globalParameters.all.get('cluster_name');
  return {
    heapUsed,
    heapTotal,
    external,
    alarm,
    certificates,
    clusterName: typeof clusterName === 'string' ? clusterName : null,
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
