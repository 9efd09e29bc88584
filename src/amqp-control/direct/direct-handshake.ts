import {
  DMP_GREETING,
  LEASE_ALREADY_ACQUIRED,
  LEASE_NOT_VALID,
  ShortstrAssembler,
} from '../../wire/dmp-handshake.ts';
import { encodeShortstr } from '../../wire/octets.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { ConnectionSocket, OctetHandler } from '../net/connection-socket.ts';
import { NOT_SCHEDULED, type TimerTask } from '../queues/timer-queue.ts';
import type { DirectAcceptor } from './direct-acceptor.ts';

/**
 * The opening of a direct connection behind its protocol header (DMP section 2): greeting, lease,
 * answer.
 */
export class DirectHandshake<Owner extends object> implements OctetHandler {
  private readonly core: BrokerCore;
  private readonly transport: ConnectionSocket;
  private readonly acceptor: DirectAcceptor<Owner>;
  private readonly lease = new ShortstrAssembler();
  private readonly timeout: TimerTask;
  private refused = false;

  constructor(core: BrokerCore, transport: ConnectionSocket, acceptor: DirectAcceptor<Owner>) {
    this.core = core;
    this.transport = transport;
    this.acceptor = acceptor;
    this.timeout = { timerIndex: NOT_SCHEDULED, run: () => transport.destroy() };
    core.timers.schedule(this.timeout, core.nowMs + core.settings.setupTimeoutMs);
    transport.write(encodeShortstr(DMP_GREETING));
  }

  receive(octets: Buffer, at: number, end: number): number {
    if (this.refused) return end;
    const next = this.lease.take(octets, at, end);
    if (!this.lease.complete) return next;
    this.core.timers.cancel(this.timeout);
    const presentation = this.acceptor.present(this.lease.text(), this.transport.isSecure);
    if (presentation.outcome === 'acquired') {
      return this.acceptor.accept(presentation.lease, this.transport, octets, next, end);
    }
    this.refused = true;
    const used = presentation.outcome === 'already acquired';
    this.core.log.warn({ peer: this.transport.peer, used }, 'lease refused');
    this.transport.writeLast(encodeShortstr(used ? LEASE_ALREADY_ACQUIRED : LEASE_NOT_VALID));
    return end;
  }

  wrote(): void {}

  socketClosed(): void {
    this.core.timers.cancel(this.timeout);
  }
}
