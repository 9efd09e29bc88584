import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workload } from '../workload/workload.ts';
import { openAmqpWorkload } from './amqp-workload.ts';
import { descendantNamed } from './descendant.ts';
import { freePort } from './free-port.ts';
import { HOST } from './host.ts';
import { ServerProcess } from './server-process.ts';
import type { OpenWorkload, RunningSubject, Subject } from './subject.ts';

/** What packages install behind a wrapper that insists on a user of its own. */
const UNWRAPPED_SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** RabbitMQ as its package installs it, on ports and in folders of its own. */
export class RabbitmqSubject implements Subject {
  readonly name = 'rabbitmq';

  refusal(): string | null {
    return null;
  }

  async start(): Promise<RunningSubject> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'bench-rabbitmq-'));
    const server = new ServerProcess({
      command: existsSync(UNWRAPPED_SERVER) ? UNWRAPPED_SERVER : 'rabbitmq-server',
      args: [],
      env: {
        RABBITMQ_NODENAME: `bench${port}@localhost`,
        RABBITMQ_NODE_IP_ADDRESS: HOST,
        RABBITMQ_NODE_PORT: String(port),
        RABBITMQ_DIST_PORT: String(await freePort()),
        RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
        RABBITMQ_LOG_BASE: join(folder, 'log'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
        HOME: folder,
      },
    });
    await server.waitForPort(port);
    return new RunningRabbitmq(server, port, folder);
  }
}

class RunningRabbitmq implements RunningSubject {
  readonly processIds: readonly number[];
  readonly mayDrop = false;
  readonly #server: ServerProcess;
  readonly #beamId: number;
  readonly #port: number;
  readonly #folder: string;

  constructor(server: ServerProcess, port: number, folder: string) {
    this.#beamId = descendantNamed(server.processId, 'beam.smp');
    this.processIds = [this.#beamId];
    this.#server = server;
    this.#port = port;
    this.#folder = folder;
  }

  open(workload: Workload): Promise<OpenWorkload> {
    return openAmqpWorkload(HOST, this.#port, workload, {
      publisher: 'ordinary',
      consumer: 'ordinary',
    });
  }

  transcript(): string {
    return this.#server.transcript;
  }

  async stop(): Promise<void> {
    // The scripts around the virtual machine don't pass signals on, but end with it.
    process.kill(this.#beamId, 'SIGKILL');
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
