import type { Workload } from '../workload/workload.ts';
import { AmqpSession } from './amqp-session.ts';
import type { DirectmqSubject } from './directmq.ts';
import { HOST } from './host.ts';
import type { RunningSubject, Subject } from './subject.ts';

/** What a broker carries beside the work, and that should cost the work nothing. */
export interface Ballast {
  /** Connections with one open channel that do nothing. */
  readonly connections: number;
  /** Empty queues, each bound to amq.topic. */
  readonly queues: number;
}

/** This broker with ballast. */
export class BallastedSubject implements Subject {
  readonly name: string;
  readonly #subject: DirectmqSubject;
  readonly #ballast: Ballast;

  constructor(subject: DirectmqSubject, ballast: Ballast) {
    this.name = subject.name;
    this.#subject = subject;
    this.#ballast = ballast;
  }

  refusal(workload: Workload): string | null {
    return this.#subject.refusal(workload);
  }

  async start(): Promise<RunningSubject> {
    const running = await this.#subject.start();
    await declareQueues(running.port, this.#ballast.queues);
    const idle: AmqpSession[] = [];
    while (idle.length < this.#ballast.connections) {
      idle.push(await AmqpSession.open(HOST, running.port));
    }
    return {
      processIds: running.processIds,
      mayDrop: running.mayDrop,
      open: (workload) => running.open(workload),
      transcript: () => running.transcript(),
      stop: async () => {
        for (const session of idle) session.dialogue.close();
        await running.stop();
      },
    };
  }
}

async function declareQueues(port: number, count: number): Promise<void> {
  const session = await AmqpSession.open(HOST, port);
  for (let index = 0; index < count; index++) {
    const queue = `ballast.${index}`;
    session.send({ name: 'queue.declare', queue, nowait: true });
    const exchange = 'amq.topic';
    session.send({ name: 'queue.bind', queue, exchange, routingKey: queue, nowait: true });
  }
  // An answer to this one says that all before it were carried out.
  await session.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
  await session.close();
}
