/**
 * RabbitMQ's management JSON, as far as the page reads it. Everything that may be absent is
 * optional.
 */

export interface Rate {
  readonly rate: number;
}

export interface MessageStats {
  readonly publish?: number;
  readonly publish_details?: Rate;
  readonly publish_in?: number;
  readonly publish_in_details?: Rate;
  readonly publish_out?: number;
  readonly publish_out_details?: Rate;
  readonly deliver_get?: number;
  readonly deliver_get_details?: Rate;
  readonly ack?: number;
  readonly ack_details?: Rate;
  readonly confirm?: number;
  readonly confirm_details?: Rate;
  readonly redeliver?: number;
  readonly redeliver_details?: Rate;
  readonly drop_unroutable?: number;
  readonly drop_unroutable_details?: Rate;
  readonly return_unroutable?: number;
  readonly return_unroutable_details?: Rate;
}

export interface Listener {
  readonly protocol: string;
  readonly ip_address: string;
  readonly port: number;
  readonly tls?: boolean;
}

export interface Overview {
  readonly product_name?: string;
  readonly product_version?: string;
  readonly rabbitmq_version?: string;
  readonly node?: string;
  readonly cluster_name?: string;
  readonly message_stats?: MessageStats;
  readonly queue_totals?: {
    readonly messages?: number;
    readonly messages_ready?: number;
    readonly messages_unacknowledged?: number;
  };
  readonly object_totals?: {
    readonly connections?: number;
    readonly channels?: number;
    readonly exchanges?: number;
    readonly queues?: number;
    readonly consumers?: number;
  };
  readonly listeners?: readonly Listener[];
}

export interface NodeInfo {
  readonly name: string;
  readonly uptime?: number;
  readonly mem_used?: number;
  readonly mem_limit?: number;
  readonly mem_alarm?: boolean;
  readonly disk_free?: number;
  readonly disk_free_limit?: number;
  readonly disk_free_alarm?: boolean;
  readonly fd_used?: number;
  readonly fd_total?: number;
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly page_count: number;
  readonly filtered_count: number;
  readonly total_count: number;
}

export type Table = Readonly<Record<string, unknown>>;

export interface QueueInfo {
  readonly name: string;
  readonly vhost: string;
  readonly durable?: boolean;
  readonly auto_delete?: boolean;
  readonly exclusive?: boolean;
  readonly arguments?: Table;
  readonly type?: string;
  readonly state?: string;
  readonly policy?: string | null;
  readonly consumers?: number;
  readonly messages?: number;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
  readonly message_bytes?: number;
  readonly memory?: number;
  readonly idle_since?: string;
  readonly message_stats?: MessageStats;
  readonly consumer_details?: readonly ConsumerInfo[];
  readonly owner_pid_details?: { readonly name?: string };
}

export interface ConsumerInfo {
  readonly consumer_tag: string;
  readonly ack_required?: boolean;
  readonly exclusive?: boolean;
  readonly active?: boolean;
  readonly prefetch_count?: number;
  readonly queue?: { readonly name: string; readonly vhost: string };
  readonly channel_details?: { readonly name?: string; readonly connection_name?: string };
}

export interface ExchangeInfo {
  readonly name: string;
  readonly vhost: string;
  readonly type: string;
  readonly durable?: boolean;
  readonly auto_delete?: boolean;
  readonly internal?: boolean;
  readonly arguments?: Table;
  readonly policy?: string | null;
  readonly message_stats?: MessageStats;
}

export interface BindingInfo {
  readonly source: string;
  readonly vhost: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments?: Table;
  readonly properties_key: string;
}

export interface ConnectionInfo {
  readonly name: string;
  readonly vhost?: string;
  readonly user?: string;
  readonly state?: string;
  readonly protocol?: string;
  readonly ssl?: boolean;
  readonly channels?: number;
  readonly peer_host?: string;
  readonly peer_port?: number;
  readonly connected_at?: number;
  readonly recv_oct?: number;
  readonly recv_oct_details?: Rate;
  readonly send_oct?: number;
  readonly send_oct_details?: Rate;
  readonly timeout?: number;
  readonly frame_max?: number;
  readonly client_properties?: Table;
}

export interface ChannelInfo {
  readonly name: string;
  readonly number: number;
  readonly vhost?: string;
  readonly user?: string;
  readonly state?: string;
  readonly consumer_count?: number;
  readonly confirm?: boolean;
  readonly transactional?: boolean;
  readonly prefetch_count?: number;
  readonly messages_unacknowledged?: number;
  readonly messages_unconfirmed?: number;
  readonly message_stats?: MessageStats;
  readonly connection_details?: { readonly name?: string };
}

/** What getting messages answers, one for each. */
export interface GotMessage {
  readonly exchange: string;
  readonly routing_key: string;
  readonly redelivered: boolean;
  readonly message_count: number;
  readonly payload: string;
  readonly payload_bytes: number;
  readonly payload_encoding: string;
  readonly properties: Table;
}

export interface UserInfo {
  readonly name: string;
  readonly tags: readonly string[] | string;
}

export interface PermissionInfo {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface PolicyInfo {
  readonly name: string;
  readonly vhost: string;
  readonly pattern: string;
  readonly 'apply-to': string;
  readonly priority: number;
  readonly definition: Table;
}

export interface VhostInfo {
  readonly name: string;
  readonly messages?: number;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

export interface WhoAmI {
  readonly name: string;
  readonly tags: readonly string[] | string;
}
