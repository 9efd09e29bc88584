import type { Workload } from '../workload/workload.ts';
import { openAmqpWorkload, type Paths } from './amqp-workload.ts';
import { lastDescendant } from './descendant.ts';
import { HOST } from './host.ts';
import { droppedByFeeds } from './management-api.ts';
import { ServerProcess } from './server-process.ts';
import type { OpenWorkload, RunningSubject, Subject } from './subject.ts';

/** What the user's publisher and consumer are: mode of the one, or of both alike. */
export const MODES = ['ordinary', 'direct', 'direct-ordinary', 'ordinary-direct'] as const;
export type Mode = (typeof MODES)[number];

const PATHS: Readonly<Record<Mode, Paths>> = {
  ordinary: { publisher: 'ordinary', consumer: 'ordinary' },
  direct: { publisher: 'direct', consumer: 'direct' },
  'direct-ordinary': { publisher: 'direct', consumer: 'ordinary' },
  'ordinary-direct': { publisher: 'ordinary', consumer: 'direct' },
};

/** How the broker is started, beside its own options. */
export interface Launch {
  readonly nodeOptions?: readonly string[];
  /** A command that starts and watches the command behind it, and reports when that has ended. */
  readonly watcher?: readonly string[];
}

/** What a watcher may take for its report. */
const WATCHER_TIMEOUT_MS = 300_000;

/** This broker, as a user runs it: `node dist/main.js`. */
export class DirectmqSubject implements Subject {
  readonly name: string;
  readonly #mode: Mode;
  readonly #options: readonly string[];
  readonly #launch: Launch;

  /**
   * @param options command-line options of the broker beside the port
   * @param name what it is called in tables
   */
  constructor(
    mode: Mode,
    options: readonly string[] = [],
    launch: Launch = {},
    name = `directmq ${mode}`,
  ) {
    this.name = name;
    this.#mode = mode;
    this.#options = options;
    this.#launch = launch;
  }

  refusal(workload: Workload): string | null {
    const paths = PATHS[this.#mode];
    if (workload.confirmWindow > 0 && paths.publisher === 'direct') return 'sinks have no confirms';
    if (workload.prefetch > 0 && paths.consumer === 'direct') {
      return 'feeds have no acknowledgements';
    }
    return null;
  }

  async start(): Promise<RunningDirectmq> {
    const own = ['--port', '0', '--log-level', 'warn'];
    if (!this.#options.includes('--data-dir')) own.push('--data-dir', 'none');
    const { nodeOptions = [], watcher = [] } = this.#launch;
    const broker = [...nodeOptions, 'dist/main.js', ...own, ...this.#options];
    const [command, ...args] = [...watcher, process.execPath, ...broker];
    const server = new ServerProcess({ command, args });
    const ready = /^ready .*\bamqp=[^\s]*:(\d+) .*\bmanagement=([^\s]+)/m;
    const [, port, api] = await server.waitForText(ready);
    return new RunningDirectmq(server, Number(port), api, PATHS[this.#mode], watcher.length > 0);
  }
}

/** The broker in its own process, on a port of its choice. */
export class RunningDirectmq implements RunningSubject {
  readonly processIds: readonly number[];
  readonly mayDrop: boolean;
  readonly #server: ServerProcess;
  readonly port: number;
  /** Host and port of the management API. */
  readonly #api: string;
  readonly #paths: Paths;
  readonly #watched: boolean;

  /** @param watched whether the broker is a descendant of the server's process, not itself */
  constructor(server: ServerProcess, port: number, api: string, paths: Paths, watched: boolean) {
    this.processIds = [watched ? lastDescendant(server.processId) : server.processId];
    this.#watched = watched;
    this.mayDrop = paths.consumer === 'direct';
    this.#server = server;
    this.port = port;
    this.#api = api;
    this.#paths = paths;
  }

  async open(workload: Workload): Promise<OpenWorkload> {
    const lines = await openAmqpWorkload(HOST, this.port, workload, this.#paths);
    if (!this.mayDrop) return lines;
    const queues = workload.topology.consumers.map(({ queue }) => queue);
    return { ...lines, droppedMessages: () => droppedByFeeds(this.#api, queues) };
  }

  /** The same broker with publishers and consumers of another mode. */
  inMode(mode: Mode): RunningDirectmq {
    return new RunningDirectmq(this.#server, this.port, this.#api, PATHS[mode], this.#watched);
  }

  transcript(): string {
    return this.#server.transcript;
  }

  stop(): Promise<void> {
    const [broker] = this.processIds;
    return this.#watched ? this.#server.stop(broker, WATCHER_TIMEOUT_MS) : this.#server.stop();
  }
}
