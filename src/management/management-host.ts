import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Turn } from '../amqp-control/net/turn.ts';
import type { ObjectSlice } from '../amqp-control/stats/object-walk.ts';
import { type Answering, Desk, type Sight } from './desk/desk.ts';
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

/**
 * The management API, as main sees it: a thread that serves HTTP and asks main what it needs to
 * know. Main neither parses, sorts nor formats anything for it.
 */
export class ManagementHost {
  /** The port that it listens on. */
  readonly port: number;
  private readonly worker: Worker;

  private constructor(worker: Worker, port: number) {
    this.worker = worker;
    this.port = port;
  }

  /**
   * Resolves when the API can be reached.
   * @throws ManagementListenError
   */
  static async start(
    turn: Turn,
    sight: Sight,
    settings: ManagementSettings,
  ): Promise<ManagementHost> {
    const desk = new Desk(turn.core, sight, inTurnOf(turn), () =>
      post(worker, { kind: 'usersChanged' }),
    );
    const start: ManagementStart = { ...settings, columns: desk.columns };
    const worker = new Worker(workerEntry(), { name: 'management', workerData: start });
    const { log } = turn.core;
    const listening = new Promise<number>((resolve, reject) => {
      worker.on('message', (message: FromManagement) => {
        if (message.kind === 'listening') resolve(message.port);
        else if (message.kind === 'refused') {
          reject(new ManagementListenError(message.message, message.code, settings));
        } else {
          const to = answering(worker, turn, message.id);
          turn.run(() => desk.take(message.question, to));
        }
      });
      worker.on('error', (error: Error) => {
        log.error({ err: error }, 'the management API has failed');
        reject(error);
      });
    });
    const port = await listening.catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    return new ManagementHost(worker, port);
  }

  /** Stops listening and cuts what is under way. */
  async stop(): Promise<void> {
    const exited = once(this.worker, 'exit');
    post(this.worker, { kind: 'stop' });
    await exited;
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

function post(worker: Worker, message: ToManagement, transfer: readonly ArrayBuffer[] = []): void {
  worker.postMessage(message, transfer);
}

function answering(worker: Worker, turn: Turn, id: number): Answering {
  return {
    slice: (slice: ObjectSlice) =>
      post(worker, { kind: 'slice', id, slice }, [slice.numbers.buffer as ArrayBuffer]),
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
