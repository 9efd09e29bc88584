import type { DirectReport } from '../../src/amqp-control/direct/direct-report.ts';
import type { Broker } from '../../src/broker.ts';

/** Where another broker to run the same tests against listens, if any: `amqp://user:password@host:port`. */
const oracleUrl = process.env.DIRECTMQ_TEST_URL;

/**
 * True when the tests run against that other broker, to find out whether the tests are right. Its options
 * cannot be chosen, and what only this project's broker does is skipped.
 */
export const isOracle = oracleUrl !== undefined;

/** The options `Broker.start` takes. */
export type StartOptions = NonNullable<Parameters<typeof Broker.start>[0]>;

/** A broker under test. */
export interface RunningBroker {
  /** `amqp://guest:guest@127.0.0.1:PORT` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** As Broker's; not to be had of an oracle. */
  administer: Broker['administer'];
  /** As Broker's; not to be had of an oracle. */
  directReport(): DirectReport;
  stop(): Promise<void>;
}

/** Starts a broker on a free port, or points at the one named by the environment. */
export async function startBroker(options: StartOptions = {}): Promise<RunningBroker> {
  if (oracleUrl !== undefined) {
    const { hostname, port } = new URL(oracleUrl);
    return {
      url: oracleUrl,
      host: hostname,
      port: Number(port),
      administer: notOfAnotherBroker,
      directReport: notOfAnotherBroker,
      stop: async () => {},
    };
  }
  const { Broker } = await import('../../src/broker.ts');
  const broker = await Broker.start({ port: 0, logLevel: 'silent', ...options });
  return {
    url: broker.url,
    host: '127.0.0.1',
    port: broker.port,
    administer: (work) => broker.administer(work),
    directReport: () => broker.directReport(),
    stop: () => broker.stop(),
  };
}

function notOfAnotherBroker(): never {
  throw new Error('only our own broker can be asked for that');
}
