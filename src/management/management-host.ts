import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TlsFiles } from '../amqp-control/net/tls-files.ts';
import type { Turn } from '../amqp-control/net/turn.ts';
import type { ObjectSlice } from '../amqp-control/stats/object-walk.ts';
import { type Answering, Desk, type Sight } from './desk/desk.ts';
import type { ListenerCertificates } from './desk/node-figures.ts';
import type {
  BrokerFacts,
  FromManagement,
  ManagementStart,
  ToManagement,
} from './link/messages.ts';

/** How the management API is set up. */
export interface ManagementSettings {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly broker: BrokerFacts;
}

/** The management thread can't listen. */
export class ManagementListenError extends Error {
  /** The system's word for why, or null. */
  readonly code: string | null;
  readonly host: string;
  readonly port: number;
  /** What the names of the options that choose the address begin with. */
  readonly optionPrefix = 'management-';

  constructor(message: string, code: string | null, { host, port }: ManagementSettings) {
    super(message);
    this.code = code;
    this.host = host;
    this.port = port;
  }
}

/** How long a thread that has failed stays away, in milliseconds: it may fail at once again. */
const RESTART_DELAY_MS = 1000;

/**
 * The management API, as main sees it: a thread that serves HTTP and asks main what it needs to
 * know. Main neither parses, sorts nor formats anything for it. If the thread fails, another one
 * takes its place.
 */
export class ManagementHost {
  private readonly turn: Turn;
  private readonly desk: Desk;
  private readonly start: Omit<ManagementStart, 'tls'>;
  private readonly tls: TlsFiles | null;
  private worker: Worker | null = null;
  private restart: NodeJS.Timeout | null = null;
  private stopping = false;
  private boundPort = 0;

  private constructor(
    turn: Turn,
    sight: Sight,
    tls: TlsFiles | null,
    settings: ManagementSettings,
  ) {
    this.turn = turn;
    this.tls = tls;
    const certificates = () => [...sight.certificates(), ...this.ownCertificates()];
    this.desk = new Desk(turn.core, { ...sight, certificates }, inTurnOf(turn), () => {
      if (this.worker !== null) post(this.worker, { kind: 'usersChanged' });
    });
    this.start = { ...settings, columns: this.desk.columns };
    if (tls !== null) {
      tls.onChange = () => {
        if (this.worker !== null) post(this.worker, { kind: 'tlsChanged', tls: tls.context });
      };
    }
  }

  /**
   * Resolves when the API can be reached.
   * @param tls null: the API is served in the clear; the host closes it
   * @throws ManagementListenError
   */
  static async start(
    turn: Turn,
    sight: Sight,
    tls: TlsFiles | null,
    settings: ManagementSettings,
  ): Promise<ManagementHost> {
    const host = new ManagementHost(turn, sight, tls, settings);
    try {
      host.boundPort = await host.spawn(settings.port);
      return host;
    } catch (error) {
      tls?.close();
      throw error;
    }
  }

  /** Reads the files of TLS anew. */
  reloadCertificate(): void {
    this.tls?.reload();
  }

  /** The port that it listens on. */
  get port(): number {
    return this.boundPort;
  }

  /** Stops listening and cuts what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.tls?.close();
    if (this.restart !== null) clearTimeout(this.restart);
    if (this.worker === null) return;
    const exited = once(this.worker, 'exit');
    post(this.worker, { kind: 'stop' });
    await exited;
  }

  /** @returns the port that the new thread listens on. @throws ManagementListenError */
  private async spawn(port: number): Promise<number> {
    const worker = new Worker(workerEntry(), {
      name: 'management',
      workerData: { ...this.start, port, tls: this.tls?.context ?? null },
    });
    const listening = new Promise<number>((resolve, reject) => {
      worker.on('message', (message: FromManagement) => {
        if (message.kind === 'listening') resolve(message.port);
        else if (message.kind === 'refused') {
          reject(new ManagementListenError(message.message, message.code, this.start));
        } else this.hear(worker, message);
      });
      worker.on('error', (error: Error) => {
        this.turn.core.log.error({ err: error }, 'the management API has failed');
        reject(error);
      });
    });
    try {
      const bound = await listening;
      this.worker = worker;
      worker.on('exit', () => this.exited());
      return bound;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  private hear(
    worker: Worker,
    message: Extract<FromManagement, { kind: 'question' | 'defect' }>,
  ): void {
    if (message.kind === 'defect') {
      this.turn.core.log.error({ stack: message.message }, 'defect in the management API');
      return;
    }
    const to = answering(worker, this.turn, message.id);
    this.turn.run(() => this.desk.take(message.question, to));
  }

  private ownCertificates(): ListenerCertificates[] {
    if (this.tls === null) return [];
    return [{ protocol: 'https', port: this.boundPort, expiry: this.tls.expiry }];
  }

  private exited(): void {
    this.worker = null;
    if (this.stopping) return;
    this.restart = setTimeout(() => void this.replace(), RESTART_DELAY_MS);
  }

  private async replace(): Promise<void> {
    this.desk.beginAnew();
    try {
      await this.spawn(this.boundPort);
      this.turn.core.log.warn({}, 'the management API is back');
    } catch {
      // What went wrong is in the log.
      this.exited();
    }
  }
}

function inTurnOf(turn: Turn): <Result>(work: () => Result) => Result {
  return (work) => {
    turn.begin();
    try {
      return work();
    } finally {
      turn.end();
    }
  };
}

function post(worker: Worker, message: ToManagement): void {
  worker.postMessage(message);
}

/** Slices are copied, not transferred: docs/threading.md says what that would cost main. */
function answering(worker: Worker, turn: Turn, id: number): Answering {
  return {
    slice: (slice: ObjectSlice) => post(worker, { kind: 'slice', id, slice }),
    answer: (value) => post(worker, { kind: 'answer', id, value }),
    refuse: (refusal) => post(worker, { kind: 'refusal', id, refusal }),
    later: (work) => turn.later(() => turn.run(work)),
  };
}

/** The compiled file that the thread starts with. */
function workerEntry(): URL {
  // Tests run the sources, but worker threads can't: they run what was built from them.
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/management/' : './';
  return new URL(`${folder}management-worker.js`, import.meta.url);
}
