import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';

/** Called with the answer, or with an error if there is none. */
export type Answer = (error: Error | null, answer: Method | null) => void;

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

/** What a channel does for its requests. */
export interface RequestPort {
  encode(method: MethodToSend): Buffer;
  transmit(frame: Buffer): void;
  /** What must happen before the method is sent; null for nothing. */
  before(method: MethodToSend): ((proceed: () => void) => void) | null;
  /** Whether an answer is due has been decided anew. */
  outstandingChanged(outstanding: boolean): void;
}

/**
 * The requests of a channel: one is outstanding, the others wait, since AMQP does not say whose an
 * answer would be.
 */
export class RequestQueue {
  private readonly port: RequestPort;
  private waiting: Request[] = [];
  private current: Request | null = null;
  private transmitted = false;
  private stopped = false;

  constructor(port: RequestPort) {
    this.port = port;
  }

  /** Whether the broker has yet to answer a request. */
  get isOutstanding(): boolean {
    return this.current !== null;
  }

  /** Sends a method as soon as those before are answered. */
  add(method: MethodToSend, expected: readonly Method['name'][], answer: Answer): void {
    this.waiting.push(this.toRequest(method, expected, true, answer));
    this.next();
    this.port.outstandingChanged(this.isOutstanding);
  }

  /**
   * Sends a method in front of those that wait; while suspended, when none is outstanding. It
   * belongs to the connection there is now, and fails with it.
   */
  addFirst(method: MethodToSend, expected: Method['name']): Promise<Method> {
    return new Promise((resolve, reject) => {
      const request = this.toRequest(method, [expected], false, (error, answer) => {
        if (answer === null) reject(error);
        else resolve(answer);
      });
      this.waiting.unshift(request);
      this.next(true);
    });
  }

  /** The outstanding request has been answered; sends the next. */
  finish(): Request | null {
    const finished = this.current;
    this.current = null;
    this.next();
    this.port.outstandingChanged(this.isOutstanding);
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

  private toRequest(
    method: MethodToSend,
    expected: readonly Method['name'][],
    survives: boolean,
    answer: Answer,
  ): Request {
    const frame = this.port.encode(method);
    return { method, frame, expected, survives, answer, prepare: this.port.before(method) };
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
    this.port.transmit(request.frame);
  }
}
