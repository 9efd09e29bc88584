import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';

/** What came of a request. */
export type Answer = (error: Error | null, method: Method | null) => void;

/** A method that the broker answers. */
export interface Request {
  readonly method: MethodToSend;
  /** The method on the wire. */
  readonly frame: Buffer;
  /** The names of the methods that may answer it. */
  readonly expected: readonly Method['name'][];
  readonly answer: Answer;
  /** Whether it may be sent on another connection, if it has not been sent on this one. */
  readonly survives: boolean;
  /** What must happen first, when the request's turn has come. */
  readonly prepare: ((proceed: () => void) => void) | null;
}

/**
 * The requests of a channel: one is outstanding, the others wait, since AMQP does not say whose an
 * answer would be.
 */
export class RequestQueue {
  private readonly transmit: (frame: Buffer) => void;
  private waiting: Request[] = [];
  private current: Request | null = null;
  private transmitted = false;
  private stopped = false;

  constructor(transmit: (frame: Buffer) => void) {
    this.transmit = transmit;
  }

  /** The request that the broker has yet to answer. */
  get outstanding(): Request | null {
    return this.current;
  }

  /** Sends the request as soon as those before are answered. */
  add(request: Request): void {
    this.waiting.push(request);
    this.next();
  }

  /** The outstanding request has been answered; sends the next. */
  finish(): Request | null {
    const finished = this.current;
    this.current = null;
    this.next();
    return finished;
  }

  /** Keeps what waits, until `resume`. @returns the request whose answer will not come */
  suspend(): Request | null {
    const { current } = this;
    this.stopped = true;
    this.current = null;
    if (current === null || this.transmitted || !current.survives) return current;
    this.waiting.unshift(current);
    return null;
  }

  /** Sends a request before those that wait; while suspended, when none is outstanding. */
  addFirst(request: Request): void {
    this.waiting.unshift(request);
    this.next(true);
  }

  /** Goes on with what waits. */
  resume(): void {
    this.stopped = false;
    this.next();
  }

  /** Fails everything. */
  reject(error: Error): void {
    const { current, waiting } = this;
    this.current = null;
    this.waiting = [];
    current?.answer(error, null);
    for (const request of waiting) request.answer(error, null);
  }

  private next(evenIfStopped = false): void {
    if ((this.stopped && !evenIfStopped) || this.current !== null) return;
    const request = this.waiting.shift();
    if (request === undefined) return;
    this.current = request;
    this.transmitted = false;
    if (request.prepare === null) this.send(request);
    else request.prepare(() => this.send(request));
  }

  private send(request: Request): void {
    if (this.current !== request || this.transmitted) return;
    this.transmitted = true;
    this.transmit(request.frame);
  }
}
