import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ReadBuffer } from '../../dmp-reader/read-buffer.ts';
import type { Outbox, OutboxPiece } from '../io/outbox.ts';
import { type LoginOrigin, originOf } from '../security/login-origin.ts';
import type { TlsView, Traffic } from '../stats/connection-view.ts';
import type { ConnectionSocket, OctetHandler } from './connection-socket.ts';
import type { ParkedHandle } from './parked-handles.ts';
import { ReadPace } from './read-pace.ts';
import { tlsFacts } from './tls-facts.ts';
import type { Flushable, Turn } from './turn.ts';

/** How long a peer may take to close its side once we have closed ours, in milliseconds. */
const LINGER_MS = 5000;

const US_PER_MS = 1000;

/** Octets of the longest TLS record (RFC 8446, 5.1). */
const TLS_RECORD_OCTETS = 16 * 1024;

/** The part of a TCP handle that Node has no public name for. */
export interface TcpHandle {
  readonly fd: number;
  readStop(): number;
}

/**
 * A TCP socket that reads into memory shared with all others and writes what an Outbox collected.
 * Reading begins with `start`.
 */
export class SocketTransport implements ConnectionSocket, Flushable {
  readonly peer: string;
  readonly local: string;
  readonly origin: LoginOrigin;
  /** Nobody on the way can read what the peer sends. */
  readonly isSecure: boolean;
  readonly socket: Socket;

  private readonly turn: Turn;
  private readonly readBuffer: ReadBuffer;
  /** Whether its protocol is known: whether another handler has taken over. */
  identified = false;
  private handler: OctetHandler | null = null;
  private outbox: Outbox | null = null;
  private readonly pace = new ReadPace();
  private leftOver: Buffer | null = null;
  private inFlight: OutboxPiece[] = [];
  private mayRead = true;
  private ending = false;
  private reads = 0;
  private writes = 0;
  private elsewhere = false;
  private linger: NodeJS.Timeout | null = null;
  private readonly pieceWritten = () => this.firstPieceWritten();
  private readonly readOn = () => {
    if (this.mayRead && !this.elsewhere && !this.socket.destroyed) this.socket.resume();
  };

  /** Decrypted octets come in memory of their own, a record at most. */
  private readonly decrypted = (octets: Buffer) => {
    const { target } = this.readBuffer;
    for (let at = 0; at < octets.length; at += target.length) {
      const part = octets.subarray(at, at + target.length);
      target.set(part);
      this.read(part.length, TLS_RECORD_OCTETS);
    }
  };

  private readonly presentLeftOver = () => {
    if (this.leftOver !== null && !this.elsewhere && !this.socket.destroyed) {
      this.read(0, this.pace.octets);
    }
  };

  /**
   * @param accepted a TCP handle that was accepted and never read, or a socket that decrypts
   * @param user the user that a client certificate names, or null
   * @param outer the socket that the client is connected to, if this is only how it gets here
   */
  constructor(
    accepted: TcpHandle | TLSSocket,
    readBuffer: ReadBuffer,
    turn: Turn,
    user: string | null = null,
    outer: TLSSocket | null = null,
  ) {
    this.turn = turn;
    this.readBuffer = readBuffer;
    this.isSecure = accepted instanceof TLSSocket || outer !== null;
    if (accepted instanceof TLSSocket) {
      this.socket = accepted;
      accepted.pause();
      accepted.on('data', this.decrypted);
    } else {
      // `handle` and `onread` together are how net.Server and net.connect make sockets; only their
      // types are not public.
      this.socket = new Socket({
        handle: accepted,
        onread: {
          buffer: () => readBuffer.targetOf(this.pace.octets),
          callback: (octets: number, target: Uint8Array) => this.read(octets, target.length),
        },
      } as ConstructorParameters<typeof Socket>[0]);
    }
    const named = outer ?? this.socket;
    const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = named;
    this.peer = `${remoteAddress}:${remotePort}`;
    this.local = `${localAddress}:${localPort}`;
    this.origin = originOf(remoteAddress, user);
    this.socket.on('error', () => {
      // 'close' follows and is what counts: a peer that resets is a peer that has gone.
    });
    this.socket.on('close', () => this.closed());
  }

  /** Hands the socket's octets to `handler` and starts reading. */
  start(handler: OctetHandler): void {
    this.handler = handler;
    this.socket.resume();
  }

  /** Lets another handler take over, from within `receive` of the present one. */
  become(handler: OctetHandler, outbox: Outbox | null = null): void {
    this.handler = handler;
    this.outbox = outbox;
    this.identified = true;
  }

  /** Gives a socket that decrypts to somebody else, from within `receive`; null if it is none. */
  detach(): TLSSocket | null {
    const { socket } = this;
    if (!(socket instanceof TLSSocket)) return null;
    socket.off('data', this.decrypted);
    this.identified = true;
    this.elsewhere = true;
    return socket;
  }

  get tls(): TlsView | null {
    return this.socket instanceof TLSSocket ? tlsFacts(this.socket) : null;
  }

  get waitingOctets(): number {
    return this.outbox === null ? 0 : this.outbox.waitingOctets;
  }

  outputReady(): void {
    this.turn.outputReady(this);
  }

  setReading(enabled: boolean): void {
    this.mayRead = enabled;
    if (this.socket.destroyed) return;
    if (enabled) this.socket.resume();
    else this.socket.pause();
  }

  presentAgain(): void {
    this.turn.later(this.presentLeftOver);
  }

  /** Restarts reading; `leftOver`, if not null, comes in front of what is read next. */
  resumeWith(leftOver: Buffer | null): void {
    this.leftOver = leftOver;
    this.setReading(true);
  }

  /** Writes octets outside of the outbox. */
  write(octets: Buffer): void {
    this.socket.write(octets);
  }

  handOver(): ParkedHandle {
    const handle = this.handle;
    // Two threads that read one descriptor lose data: reading must have stopped before the other
    // begins.
    handle.readStop();
    this.socket.pause();
    this.elsewhere = true;
    return this.park(() => {});
  }

  lend(onGone: () => void): ParkedHandle {
    const { socket } = this;
    let gone = false;
    const report = () => {
      if (!gone) this.turn.run(onGone);
      gone = true;
    };
    this.elsewhere = true;
    socket.allowHalfOpen = true;
    socket.on('end', report);
    return this.park(report);
  }

  /** Writes octets outside of the outbox; for answers that end a connection. */
  writeLast(octets: Buffer): void {
    this.socket.end(octets);
    this.startLinger();
  }

  end(): void {
    if (this.ending) return;
    this.ending = true;
    this.flush();
    this.socket.end();
    this.startLinger();
  }

  destroy(): void {
    this.socket.destroy();
  }

  traffic(): Traffic {
    const { socket, reads, writes } = this;
    return { octetsIn: socket.bytesRead, octetsOut: socket.bytesWritten, reads, writes };
  }

  flush(): void {
    const { outbox, socket } = this;
    if (outbox === null) return;
    const pieces = outbox.take();
    if (pieces.length === 0 || socket.destroyed || !socket.writable) return;
    this.handler?.wrote();
    this.writes++;
    if (pieces.length > 1) socket.cork();
    for (let i = 0; i < pieces.length; i++) {
      this.inFlight.push(pieces[i]);
      socket.write(pieces[i].octets, this.pieceWritten);
    }
    if (pieces.length > 1) socket.uncork();
  }

  private read(octets: number, octetsMax: number): boolean {
    const { turn, readBuffer, handler } = this;
    if (handler === null) return false;
    this.reads++;
    const { chronometer } = turn.core;
    const timed = chronometer?.due() === true;
    if (timed) chronometer.start(performance.now());
    turn.begin();
    const full = octets === octetsMax;
    const startMs = full ? performance.now() : 0;
    turn.core.consumersLag = false;
    const at = this.leftOver === null ? readBuffer.readAt : readBuffer.prepend(this.leftOver);
    const end = readBuffer.readAt + octets;
    const next = handler.receive(readBuffer.octets, at, end);
    if (this.elsewhere) this.leftOver = null;
    else this.keep(next, end);
    turn.end();
    if (timed) chronometer.done(performance.now());
    // There is more: libuv would go on reading this socket 32 times before the others have a turn.
    if (full && !this.elsewhere) {
      const workUs = (performance.now() - startMs) * US_PER_MS;
      this.pace.noteFullRead(workUs, turn.core.consumersLag);
      this.yieldTurn();
    }
    return true;
  }

  /** Reads on when the other sockets have had their turn. */
  private yieldTurn(): void {
    this.socket.pause();
    this.turn.later(this.readOn);
  }

  /** Keeps the octets [from, end) of the read buffer, which the next socket overwrites. */
  private keep(from: number, end: number): void {
    this.leftOver = from < end ? Buffer.from(this.readBuffer.octets.subarray(from, end)) : null;
  }

  /** From now on the socket closes only by the handle that is returned. */
  private park(onDestroy: () => void): ParkedHandle {
    const { socket, handle } = this;
    socket.destroy = () => {
      handle.readStop();
      onDestroy();
      return socket;
    };
    return { fd: handle.fd, close: () => Socket.prototype.destroy.call(socket) };
  }

  private get handle(): TcpHandle {
    const { _handle } = this.socket as unknown as { _handle: TcpHandle | null };
    if (_handle === null) throw new Error('the socket is closed');
    return _handle;
  }

  private firstPieceWritten(): void {
    const piece = this.inFlight.shift();
    if (piece === undefined || this.outbox === null) return;
    this.turn.begin();
    this.outbox.written(piece);
    this.turn.end();
  }

  private closed(): void {
    if (this.linger !== null) clearTimeout(this.linger);
    this.turn.run(() => this.handler?.socketClosed());
    this.leftOver = null;
  }

  private startLinger(): void {
    this.linger ??= setTimeout(() => this.socket.destroy(), LINGER_MS);
  }
}
