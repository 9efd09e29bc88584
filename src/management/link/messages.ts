import type { TlsContext } from '../../amqp-control/net/tls-files.ts';
import type { ObjectKind } from '../../amqp-control/stats/object-source.ts';
import type { ObjectSlice } from '../../amqp-control/stats/object-walk.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';

/** What the management thread starts with. */
export interface ManagementStart {
  readonly host: string;
  readonly port: number;
  /** Null: it is served in the clear. */
  readonly tls: TlsContext | null;
  /** Names of the columns of each kind of object. */
  readonly columns: Readonly<Record<ObjectKind, readonly string[]>>;
  /** What never changes while the broker runs. */
  readonly broker: BrokerFacts;
}

/** What never changes while the broker runs. */
export interface BrokerFacts {
  /** `directmq@HOSTNAME`. */
  readonly node: string;
  readonly version: string;
  /** The version of RabbitMQ whose API this is: what tools look at. */
  readonly rabbitmqVersion: string;
  readonly startedAtMs: number;
  readonly listeners: readonly ListenerFacts[];
  /** Ways to log in (SASL), and whether clients are offered them. */
  readonly mechanisms: readonly { readonly name: string; readonly enabled: boolean }[];
  /** Memory in use at which publishers are blocked; null = never. */
  readonly memoryMaxOctets: number | null;
  /** Where messages are kept, or null. */
  readonly dataDirectory: string | null;
  /** Free space on its disk below which publishers are blocked; 0 = never. */
  readonly diskFreeMinOctets: number;
}

/** A port that the broker listens on, in RabbitMQ's words. */
export interface ListenerFacts {
  readonly protocol: string;
  readonly ip_address: string;
  readonly port: number;
}

/** Who asks. */
export interface Identity {
  readonly name: string;
  readonly tags: readonly string[];
  /** The virtual hosts that the user may enter. */
  readonly vhosts: readonly string[];
}

/** Whose messages; `vhost` means nothing for a connection. */
export interface LatencyOf {
  readonly kind: 'exchange' | 'queue' | 'connection';
  readonly vhost: string;
  readonly name: string;
}

/** A question of the management thread. */
export type Question =
  /** All objects of a kind, as slices. */
  | { readonly ask: 'walk'; readonly kind: ObjectKind }
  /** One object: a slice, or null. */
  | {
      readonly ask: 'one';
      readonly kind: ObjectKind;
      readonly vhost: string;
      readonly name: string;
    }
  /** How the node is: NodeFigures. */
  | { readonly ask: 'node' }
  /** Direct Mode: DirectReport. */
  | { readonly ask: 'direct' }
  /** Where messages' time goes: StageReport[]. */
  | { readonly ask: 'latency'; readonly of: LatencyOf | null }
  /** What happened behind event number `after`: BrokerEvent[]. */
  | { readonly ask: 'events'; readonly after: number }
  /** Who has this password: an Identity, or null. */
  | {
      readonly ask: 'login';
      readonly name: string;
      readonly password: string;
      readonly peer: string;
    }
  /** Something to be read or done, in the name of a user. */
  | {
      readonly ask: 'act';
      readonly act: string;
      readonly user: string;
      readonly with: JsonObject;
    };

/** To main. */
export type FromManagement =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  /** A request failed for a reason that isn't the client's. */
  | { readonly kind: 'defect'; readonly message: string }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly code: string | null; readonly message: string };

/** A question that can't be answered, with the status that the client gets. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly reason: string;
}

/** To the management thread. */
export type ToManagement =
  | { readonly kind: 'slice'; readonly id: number; readonly slice: ObjectSlice }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly refusal: Refusal }
  /** Users, tags or permissions have changed: nothing that is remembered of them holds. */
  | { readonly kind: 'usersChanged' }
  /** For connections to come. */
  | { readonly kind: 'tlsChanged'; readonly tls: TlsContext }
  | { readonly kind: 'stop' };
