import type { FieldTable } from '../../wire/field-table.ts';
import type { Outbox } from '../io/outbox.ts';
import type { ChannelView, ConnectionView, TlsView, Traffic } from '../stats/connection-view.ts';
import type { ChannelTable } from './channel-table.ts';
import type { Session } from './handshake.ts';
import type { Intake } from './intake.ts';
import type { Transport } from './transport.ts';

/** What an open connection consists of. */
export interface SessionParts {
  readonly number: number;
  readonly connectedAtMs: number;
  readonly session: Session;
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly channelTable: ChannelTable;
  readonly intake: Intake;
}

/** An open connection, for whoever shows it. */
export class SessionView implements ConnectionView {
  readonly number: number;
  readonly connectedAtMs: number;
  private readonly session: Session;
  private readonly transport: Transport;
  private readonly outbox: Outbox;
  private readonly channelTable: ChannelTable;
  private readonly intake: Intake;

  constructor(parts: SessionParts) {
    this.number = parts.number;
    this.connectedAtMs = parts.connectedAtMs;
    this.session = parts.session;
    this.transport = parts.transport;
    this.outbox = parts.outbox;
    this.channelTable = parts.channelTable;
    this.intake = parts.intake;
  }

  get peer(): string {
    return this.transport.peer;
  }

  get local(): string {
    return this.transport.local;
  }

  get tls(): TlsView | null {
    return this.transport.tls;
  }

  get userName(): string {
    return this.session.user.name;
  }

  get vhostName(): string {
    return this.session.vhost.name;
  }

  get mechanism(): string {
    return this.session.mechanism;
  }

  get clientProperties(): FieldTable {
    return this.session.clientProperties;
  }

  get channelMax(): number {
    return this.session.channelMax;
  }

  get frameMax(): number {
    return this.session.frameMax;
  }

  get heartbeatSeconds(): number {
    return this.session.heartbeatSeconds;
  }

  get blocked(): boolean {
    return this.intake.isStoppedBy('alarm');
  }

  get waitingOctets(): number {
    return this.outbox.waitingOctets;
  }

  get channels(): ReadonlyMap<number, ChannelView> {
    return this.channelTable.all;
  }

  traffic(): Traffic {
    return this.transport.traffic();
  }
}
