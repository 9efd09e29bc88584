import type { LoginOrigin } from '../security/login-origin.ts';
import type { TlsView, Traffic } from '../stats/connection-view.ts';

/** What an AMQP connection asks of the socket it runs on. */
export interface Transport {
  /** The peer's address, for logs: `127.0.0.1:54321`. */
  readonly peer: string;
  /** Our own address, likewise. */
  readonly local: string;
  /** Nobody on the way can read what the peer sends. */
  readonly isSecure: boolean;
  /** What its TLS is like, or null. */
  readonly tls: TlsView | null;
  /** Where the peer is, and who it is if its certificate says so. */
  readonly origin: LoginOrigin;
  /** The outbox has something to write; it is taken at the end of this turn of the event loop. */
  outputReady(): void;
  /** Stops and restarts reading: what the peer sends waits in its own socket. */
  setReading(enabled: boolean): void;
  /** Presents once more, and soon, what was not taken before. */
  presentAgain(): void;
  /** Writes what is waiting, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  traffic(): Traffic;
}
