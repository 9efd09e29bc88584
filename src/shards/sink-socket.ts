import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import { ContentSource } from '../dmp-reader/content-source.ts';
import { ReadBuffer } from '../dmp-reader/read-buffer.ts';
import type { SinkConnection, SinkReader } from '../dmp-reader/sink-reader.ts';
import { LEFT_OVER_MAX_OCTETS } from './shard-core.ts';

/**
 * Octets that are still routed when a sink is closed from our side, because they had come before:
 * more than systems keep for a socket, so that only who goes on sending loses anything.
 */
const LAST_OCTETS_MAX = 8 * 1024 * 1024;

/**
 * Octets read from a sink at once: the cost of a read, some 10 µs, is small beside that of its
 * octets, and what one read brings becomes long runs.
 */
const READ_OCTETS = 256 * 1024;

/** The memory that all sinks of a thread read into, one after the other. */
export class SinkMemory {
  readonly buffer = new ReadBuffer(LEFT_OVER_MAX_OCTETS, READ_OCTETS);
  readonly source = new ContentSource(this.buffer.octets);
}

/** What the owner of a sink's socket wants to know. */
export interface SinkSocketEvents {
  /** Contents may have been routed. */
  routed(): void;
  /** The descriptor is closed; `reason` is null unless somebody did something wrong. */
  closed(reason: string | null): void;
}

/** The socket of a sink, by its descriptor, which it owns. */
export class SinkSocket implements SinkConnection {
  private readonly fd: number;
  private readonly memory: SinkMemory;
  private readonly events: SinkSocketEvents;
  private readonly socket: Socket;
  private reader: SinkReader | null = null;
  private leftOver: Buffer | null = null;
  private reason: string | null = null;
  /** Octets that may still be routed before it is closed, once it shall be. */
  private lastOctets = 0;
  private closing = false;

  /** @throws the system's error if this is no socket */
  constructor(fd: number, memory: SinkMemory, events: SinkSocketEvents) {
    this.fd = fd;
    this.memory = memory;
    this.events = events;
    // Only the type of `onread` says that it is for net.connect alone.
    this.socket = new Socket({
      fd,
      readable: true,
      writable: false,
      onread: { buffer: memory.buffer.target, callback: (octets: number) => this.read(octets) },
    } as ConstructorParameters<typeof Socket>[0]);
    this.socket.on('end', () => this.socket.destroy());
    this.socket.on('error', () => {
      // 'close' follows and is what counts: a client that resets is a client that has gone.
    });
    this.socket.on('close', () => {
      this.reader?.close();
      this.events.closed(this.reason);
    });
  }

  /** Routes what was read before the descriptor came here, then what comes. */
  start(reader: SinkReader, readBefore: Uint8Array): void {
    this.reader = reader;
    const source = ContentSource.allocate(readBefore.length);
    source.octets.set(readBefore);
    this.receive(reader, source, 0, readBefore.length);
    this.events.routed();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(leftOver: Buffer | null): void {
    this.leftOver = leftOver;
    if (this.closing) this.readLast();
    else this.socket.resume();
  }

  fail(reason: string): void {
    this.reason = reason;
    this.socket.destroy();
  }

  /** Closes once all octets that have come by now are routed. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.lastOctets = LAST_OCTETS_MAX;
    this.readLast();
    this.events.routed();
  }

  /** Closes at once. */
  destroy(): void {
    this.socket.destroy();
  }

  private read(octets: number): boolean {
    this.routeRead(octets);
    this.events.routed();
    return true;
  }

  private routeRead(octets: number): void {
    const { reader } = this;
    const { buffer, source } = this.memory;
    if (reader === null) return;
    const at = this.leftOver === null ? buffer.readAt : buffer.prepend(this.leftOver);
    this.receive(reader, source, at, buffer.readAt + octets);
  }

  private receive(reader: SinkReader, source: ContentSource, at: number, end: number): void {
    const next = reader.receive(source, at, end);
    this.leftOver = next < end ? Buffer.from(source.octets.subarray(next, end)) : null;
  }

  /** Reads without waiting; while a ring is full, `resume` comes back here. */
  private readLast(): void {
    while (this.reader?.holding === false && !this.socket.destroyed) {
      const octets = this.lastOctets > 0 ? this.readNow() : 0;
      if (octets === 0) this.socket.destroy();
      else this.routeRead(octets);
      this.lastOctets -= octets;
    }
    if (this.reader === null) this.socket.destroy();
  }

  /** Octets read into the memory of all sinks; 0 if there are none. */
  private readNow(): number {
    try {
      return readSync(this.fd, this.memory.buffer.target);
    } catch {
      // Nothing has come, or the client has gone; either way nothing will.
      return 0;
    }
  }
}
