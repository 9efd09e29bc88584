import type { FieldTable } from '../../wire/field-table.ts';
import type { ChannelConsumer } from '../channel/channel-consumer.ts';
import type { ChannelCounts } from './counts.ts';

/** What has passed through a socket. */
export interface Traffic {
  readonly octetsIn: number;
  readonly octetsOut: number;
  /** Reads and writes, not packets: the kernel doesn't tell. */
  readonly reads: number;
  readonly writes: number;
}

/** What a connection's TLS is like. */
export interface TlsView {
  /** `tlsv1.3`. */
  readonly protocol: string;
  /** Parts of the cipher suite in RabbitMQ's words: `ecdhe_rsa`, `aes_256_gcm`, `sha384`. */
  readonly keyExchange: string;
  readonly cipher: string;
  readonly hash: string;
  /** The client's certificate, or null. */
  readonly peer: {
    /** As RFC 4514 writes names: `CN=shop,O=Example`. */
    readonly subject: string;
    readonly issuer: string;
    /** `2026-01-01T00:00:00Z - 2027-01-01T00:00:00Z`. */
    readonly validity: string;
  } | null;
}

/** A channel, for whoever shows it. */
export interface ChannelView {
  readonly channel: number;
  readonly counts: ChannelCounts;
  /** Being closed: it holds nothing any more. */
  readonly closing: boolean;
  readonly flowActive: boolean;
  readonly confirming: boolean;
  readonly transactional: boolean;
  readonly unackedCount: number;
  /** Published, and not confirmed yet. */
  readonly unconfirmedCount: number;
  readonly uncommittedMessages: number;
  readonly uncommittedAcks: number;
  readonly consumerPrefetch: number;
  readonly channelPrefetch: number;
  readonly consumers: ReadonlyMap<string, ChannelConsumer>;
}

/** A connection that is open, for whoever shows it. */
export interface ConnectionView {
  readonly number: number;
  /** `127.0.0.1:54321`. */
  readonly peer: string;
  readonly local: string;
  readonly userName: string;
  readonly vhostName: string;
  readonly mechanism: string;
  readonly clientProperties: FieldTable;
  readonly channelMax: number;
  readonly frameMax: number;
  readonly heartbeatSeconds: number;
  readonly connectedAtMs: number;
  readonly blocked: boolean;
  /** Octets that wait to be written. */
  readonly waitingOctets: number;
  readonly channels: ReadonlyMap<number, ChannelView>;
  /** Null without TLS. */
  readonly tls: TlsView | null;
  traffic(): Traffic;
}

/** As RabbitMQ calls connections: `127.0.0.1:54321 -> 127.0.0.1:5672`. */
export function connectionName(view: ConnectionView): string {
  return `${view.peer} -> ${view.local}`;
}

/** As RabbitMQ calls channels. */
export function channelName(view: ConnectionView, channel: ChannelView): string {
  return `${connectionName(view)} (${channel.channel})`;
}
