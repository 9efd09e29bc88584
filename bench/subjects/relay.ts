import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { encodeBlock, encodeDirect, fillerBody } from '../workload/encode.ts';
import type { Workload } from '../workload/workload.ts';
import { Dialogue } from './dialogue.ts';
import { HOST } from './host.ts';
import { type ServerCommand, ServerProcess } from './server-process.ts';
import type {
  ConsumerLine,
  OpenWorkload,
  PublisherLine,
  RunningSubject,
  Subject,
} from './subject.ts';

const BUILD_FOLDER = 'dist-bench/native';
const COMPILERS = ['cc', 'gcc', 'clang'];

/** The octets of DMP contents through a relay that does not look at them. */
export class RelaySubject implements Subject {
  readonly name: string;
  readonly #command: (pairs: number) => ServerCommand;

  constructor() {
    const program = compileRelay();
    this.name = program === null ? 'bare relay (Node)' : 'bare relay (C)';
    this.#command = (pairs) =>
      program === null
        ? { command: process.execPath, args: [nodeRelayPath(), String(pairs)] }
        : { command: program, args: [String(pairs)] };
  }

  refusal({ topology, confirmWindow, prefetch }: Workload): string | null {
    if (confirmWindow > 0 || prefetch > 0) return 'a relay answers nothing';
    if (topology.publishers.length !== topology.consumers.length) return 'a relay only has pairs';
    return null;
  }

  async start(): Promise<RunningSubject> {
    return new RunningRelay(this.#command);
  }
}

/** A relay lives for one workload: it ends when its connections do. */
class RunningRelay implements RunningSubject {
  processIds: readonly number[] = [];
  readonly mayDrop = false;
  readonly #command: (pairs: number) => ServerCommand;

  constructor(command: (pairs: number) => ServerCommand) {
    this.#command = command;
  }

  async open({ topology, bodyOctets }: Workload): Promise<OpenWorkload> {
    const server = new ServerProcess(this.#command(topology.publishers.length));
    this.processIds = [server.processId];
    const [, source, target] = await server.waitForText(/source=(\d+) target=(\d+)/);
    const consumers: ConsumerLine[] = [];
    const publishers: PublisherLine[] = [];
    const body = fillerBody(bodyOctets);
    for (const plan of topology.publishers) {
      const block = encodeBlock(plan.routingKeys, (key) => encodeDirect(plan.exchange, key, body));
      const { messageOctets: contentOctets, bodyAt } = block;
      const from = await Dialogue.connect(HOST, Number(source));
      const to = await Dialogue.connect(HOST, Number(target));
      publishers.push({ socket: from.handOver(), block, plan });
      const framing = { kind: 'contents', contentOctets, bodyAt } as const;
      consumers.push({ socket: to.handOver(), framing });
    }
    return { consumers, publishers, close: () => server.stop() };
  }

  /** It says nothing but its ports. */
  transcript(): string {
    return '';
  }

  async stop(): Promise<void> {}
}

/** @returns the path of the relay, compiled; null if there is no C compiler */
function compileRelay(): string | null {
  mkdirSync(BUILD_FOLDER, { recursive: true });
  const program = `${BUILD_FOLDER}/relay`;
  for (const compiler of COMPILERS) {
    try {
      execFileSync(compiler, ['-O2', '-pthread', '-o', program, 'bench/native/relay.c'], {
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      return program;
    } catch {
      // Not installed, or not usable: try the next one.
    }
  }
  return null;
}

function nodeRelayPath(): string {
  return new URL('../native/node-relay.js', import.meta.url).pathname;
}
