import { HEARTBEAT_FRAME } from '../../wire/frame.ts';
import type { FrameHandler } from '../../wire/frame-splitter.ts';
import type { OctetSink } from '../net/batch-writer.ts';
import type { LineHandler } from '../net/socket-line.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Link } from './open-link.ts';

/** Who works over a link. */
export interface LinkUser {
  /** A frame came. What it throws ends the link. */
  readonly onFrame: FrameHandler;
  send(frame: Buffer): void;
  /** The line has taken what it did not take at once. */
  written(): void;
  /** Nothing more will come. */
  linkFailed(error: Error): void;
}

const MS_PER_SECOND = 1000;

/** Takes what a line that is given up still says. */
const SILENT: LineHandler = {
  received: () => {},
  written: () => {},
  ended: () => {},
  closed: () => {},
};

/** A link in use: its frames, its heartbeats, and its end. */
export class ActiveLink implements LineHandler {
  readonly link: Link;
  private readonly user: LinkUser;
  private heartbeat: Heartbeat | null = null;

  constructor(link: Link, user: LinkUser) {
    this.link = link;
    this.user = user;
  }

  /** Where octets are written. */
  get line(): OctetSink {
    return this.link.line;
  }

  /** Begins to read, with what came early. */
  start(): void {
    const { tuning, line, early } = this.link;
    if (tuning.heartbeat > 0) {
      this.heartbeat = new Heartbeat(tuning.heartbeat * MS_PER_SECOND, {
        beat: () => this.user.send(HEARTBEAT_FRAME),
        dead: () => this.user.linkFailed(new Error('Heartbeat timeout')),
      });
    }
    line.start(this);
    for (const { type, channel, payload } of early) {
      this.user.onFrame(type, channel, payload, 0, payload.length);
    }
  }

  /** Something is being sent. */
  noteSent(): void {
    if (this.heartbeat !== null) this.heartbeat.sent = true;
  }

  /** Closes our side. What the other side still says is heard, unless nobody wants to. */
  end(): void {
    this.heartbeat?.stop();
    this.heartbeat = null;
    this.link.line.end();
  }

  /** Hears nothing any more. */
  abandon(): void {
    this.link.line.start(SILENT);
  }

  received(octets: Buffer): void {
    if (this.heartbeat !== null) this.heartbeat.received = true;
    try {
      this.link.splitter.push(octets, this.user.onFrame);
    } catch (error) {
      this.user.linkFailed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  written(): void {
    this.user.written();
  }

  ended(): void {
    this.user.linkFailed(new Error('Unexpected close'));
  }

  closed(error: Error | null): void {
    this.user.linkFailed(error ?? new Error('Unexpected close'));
  }
}
