import { resolve } from 'node:path';
import { logAdministration } from './amqp-control/administration-log.ts';
import { BrokerCore } from './amqp-control/broker-core.ts';
import type { DataPlane, PlaneEvents } from './amqp-control/direct/data-plane.ts';
import { DirectHub, type DirectSettings } from './amqp-control/direct/direct-hub.ts';
import type { DirectReport } from './amqp-control/direct/direct-report.ts';
import { LocalPlane } from './amqp-control/direct/local-plane.ts';
import type { PlaneSettings } from './amqp-control/direct/plane-settings.ts';
import { ThreadPlane } from './amqp-control/direct/thread-plane.ts';
import { type OpenStore, openStore } from './amqp-control/durable/open-store.ts';
import { storeReport } from './amqp-control/durable/store-report.ts';
import { Acceptor } from './amqp-control/net/acceptor.ts';
import { DiskWatch } from './amqp-control/net/disk-watch.ts';
import { MemoryWatch } from './amqp-control/net/memory-watch.ts';
import { TlsFiles, type TlsSettings } from './amqp-control/net/tls-files.ts';
import { Turn } from './amqp-control/net/turn.ts';
import { Chronometer } from './amqp-control/stats/chronometer.ts';
import { type MessageTotals, messageTotals } from './amqp-control/stats/message-totals.ts';
import { embeddedOptions } from './config/embedded.ts';
import { identityOf } from './config/identity.ts';
import type { BrokerOptions } from './config/options.ts';
import { accountsOf } from './config/users.ts';
import { coreSettings } from './core-settings.ts';
import type { DefinitionsFile } from './definitions/definitions-file.ts';
import { createLogger, type Logger } from './logging.ts';
import type { Sight } from './management/desk/desk.ts';
import { EventRing } from './management/desk/event-ring.ts';
import type { ManagementHost } from './management/management-host.ts';

/** An address the broker can be reached at. */
export interface Listener {
  /** `amqp`, `amqps`, or `rabbitmq` for the port on which the broker passes for RabbitMQ. */
  readonly name: string;
  /** `HOST:PORT`. */
  readonly address: string;
}

/** How to stop. */
export interface StopOptions {
  /** How long clients may take to say goodbye before they are cut off, in milliseconds. */
  readonly graceMs?: number;
}

/**
 * A running broker.
 *
 *     const broker = await Broker.start({ port: 0 });
 *     const connection = await amqplib.connect(broker.url);
 *     …
 *     await broker.stop();
 *
 * Any number of brokers can run in one process; a stopped one leaves nothing behind.
 */
export class Broker {
  readonly listeners: readonly Listener[];
  readonly host: string;
  readonly port: number;
  /** What AMQP clients connect to, with the default user. */
  readonly url: string;

  private readonly options: BrokerOptions;
  private readonly core: BrokerCore;
  private readonly turn: Turn;
  private readonly acceptor: Acceptor;
  private readonly direct: DirectHub;
  private readonly management: ManagementHost | null;
  private readonly memoryWatch: MemoryWatch;
  private readonly diskWatch: DiskWatch | null;
  private readonly store: OpenStore | null;
  private readonly tls: TlsFiles | null;
  private stopping: Promise<void> | null = null;

  private constructor(options: BrokerOptions, parts: BrokerParts, listening: readonly Listening[]) {
    this.options = options;
    this.core = parts.core;
    this.turn = parts.turn;
    this.acceptor = parts.acceptor;
    this.direct = parts.direct;
    this.store = parts.store;
    this.tls = parts.tls;
    this.diskWatch =
      parts.store === null
        ? null
        : new DiskWatch(parts.turn, options.dataDir, options.diskFreeLimit);
    this.management = parts.management;
    this.memoryWatch = new MemoryWatch(parts.turn, options.memoryHighWater || Infinity);
    this.host = options.host;
    this.port = listening[0].port;
    const host = inUrl(options.host);
    const listeners = listening.map(({ name, port }) => ({ name, address: `${host}:${port}` }));
    this.listeners = [...listeners, ...managementListeners(options, parts.management)];
    this.url = `amqp://${loginOf(options, this.core)}${host}:${this.port}`;
  }

  /**
   * Starts a broker; it accepts connections when the promise resolves. Options that are not given
   * have their defaults (docs/configuration.md), except that it logs nothing.
   * @throws OptionError for an option that doesn't exist, isn't valid or contradicts another
   * @throws Error EADDRINUSE, EACCES … if it can't listen, or one that says why the data directory
   *   can't be used
   */
  static async start(given: Partial<BrokerOptions> = {}): Promise<Broker> {
    const options = await embeddedOptions(given);
    const events = new EventRing();
    const logger = keepEvents(options, await createLogger(options.logLevel), events);
    const post = (work: () => void) => turn.run(work);
    const definitions = await definitionsOf(options);
    const core = new BrokerCore(coreSettings(options), logger, Date.now(), post);
    if (definitions?.hasUsers !== true || options.users.length > 0) addAccounts(core, options);
    const plan = definitions?.plan(core);
    plan?.administer();
    if (options.latencySampling > 0) {
      core.chronometer = new Chronometer(options.latencySampling, performance.now());
    }
    const turn: Turn = new Turn(core);
    const store = await storeOf(options, turn, logger);
    turn.run(() => plan?.declare());
    logAdministration(core);
    const tls = tlsOf(options, logger);
    const acceptor = new Acceptor(core, turn);
    const listening: Listening[] = [];
    try {
      for (const { name, port, identity } of listenersOf(options)) {
        const bound = await acceptor.listen(options.host, port, identityOf(identity));
        listening.push({ name, port: bound });
      }
      if (tls !== null) {
        const identity = identityOf(options.identity);
        const bound = await acceptor.listenTls(options.host, options.tlsPort, identity, tls);
        listening.push({ name: 'amqps', port: bound });
      }
    } catch (error) {
      tls?.close();
      acceptor.close();
      turn.stop();
      await store?.stop();
      throw error;
    }
    const direct = new DirectHub(core, directSettings(options), (events) =>
      createPlane(options, turn, events),
    );
    core.direct = direct;
    logger.info({ host: options.host, listening, vhosts: options.vhosts }, 'listening');
    if (store === null) logger.info({}, 'everything is in memory, nothing survives a restart');
    const report = () => reportOf(direct, store);
    const { chronometer } = core;
    try {
      const certificates = () => certificatesOf(tls, listening);
      const sight = { report, events, chronometer, certificates };
      const management = await managementOf(options, turn, sight, listening);
      return new Broker(
        options,
        { core, turn, acceptor, direct, store, tls, management },
        listening,
      );
    } catch (error) {
      tls?.close();
      acceptor.close();
      await direct.stop();
      turn.stop();
      await store?.stop();
      throw error;
    }
  }

  /**
   * Does `work` on what the broker consists of (users, virtual hosts, policies, queues …) as one
   * event; what follows from it, such as closed connections, has happened when this returns.
   */
  administer<Result>(work: (core: BrokerCore) => Result): Result {
    const { turn, core } = this;
    turn.begin();
    try {
      return work(core);
    } finally {
      turn.end();
    }
  }

  /**
   * Reads the files of `--tls-cert` and the like anew, for connections to come; what can't be used
   * is logged, and the former stay in use. Changed files are noticed without this, too.
   */
  reloadCertificates(): void {
    this.tls?.reload();
    this.management?.reloadCertificate();
  }

  /**
   * Stops accepting, tells clients (Connection.Close 320) and resolves when all have gone or were
   * cut off.
   */
  stop(how: StopOptions = {}): Promise<void> {
    this.stopping ??= this.shutDown(how.graceMs ?? this.options.shutdownTimeoutMs);
    return this.stopping;
  }

  /** What Direct Mode is doing at this moment: threads, rings, leases, sinks and feeds. */
  directReport(): DirectReport {
    return this.direct.report();
  }

  /** Messages that have come in and gone out since the start, ordinary and direct. */
  messageTotals(): MessageTotals {
    return messageTotals(this.core, this.direct.report());
  }

  private async shutDown(graceMs: number): Promise<void> {
    const { core, turn, acceptor } = this;
    this.memoryWatch.stop();
    this.tls?.close();
    this.diskWatch?.stop();
    const managementStopped = this.management?.stop();
    acceptor.close();
    turn.run(() => {
      for (const connection of core.connections.values()) connection.shutDown();
    });
    const cutOff = setTimeout(() => acceptor.destroyAll(), graceMs);
    await this.direct.stop();
    await acceptor.drained();
    await managementStopped;
    clearTimeout(cutOff);
    turn.stop();
    await this.store?.stop();
  }
}

/** A port that is listened on, and what it is called. */
interface Listening {
  readonly name: string;
  readonly port: number;
}

interface BrokerParts {
  readonly core: BrokerCore;
  readonly turn: Turn;
  readonly acceptor: Acceptor;
  readonly direct: DirectHub;
  readonly store: OpenStore | null;
  readonly management: ManagementHost | null;
  readonly tls: TlsFiles | null;
}

/** An option that names a file or a directory, and doesn't. */
const NONE = 'none';

/** Opens the data directory and recovers what it holds; null if everything is in memory. */
async function storeOf(
  { dataDir, queueMemory }: BrokerOptions,
  turn: Turn,
  logger: Logger,
): Promise<OpenStore | null> {
  if (dataDir === NONE) return null;
  logger.info({ directory: resolve(dataDir) }, 'data directory');
  return openStore(dataDir, queueMemory, turn);
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function managementListeners(
  { managementHost }: BrokerOptions,
  management: ManagementHost | null,
): readonly Listener[] {
  if (management === null) return [];
  return [{ name: 'management', address: `${inUrl(managementHost)}:${management.port}` }];
}

/** The API shows what was logged, whether or not the log takes it. */
function keepEvents({ managementPort }: BrokerOptions, logger: Logger, events: EventRing): Logger {
  return managementPort < 0 ? logger : events.around(logger, Date.now);
}

/** Loaded only where it is wanted: an embedded broker starts in milliseconds. */
async function managementOf(
  options: BrokerOptions,
  turn: Turn,
  sight: Sight,
  listening: readonly Listening[],
): Promise<ManagementHost | null> {
  if (options.managementPort < 0) return null;
  const { startManagement } = await import('./management/start-management.ts');
  return startManagement(options, turn, sight, listening);
}

async function definitionsOf({ definitions }: BrokerOptions): Promise<DefinitionsFile | null> {
  if (definitions === NONE) return null;
  const file = await import('./definitions/definitions-file.ts');
  return file.DefinitionsFile.read(definitions);
}

/** `NAME:PASSWORD@` of the first account, or nothing if definitions have taken its place. */
function loginOf(options: BrokerOptions, { accounts }: BrokerCore): string {
  const { name, password } = accountsOf(options)[0];
  if (accounts.users.get(name)?.password?.algorithm !== 'plain') return '';
  return `${encodeURIComponent(name)}:${encodeURIComponent(password)}@`;
}

/** The accounts that the options name. */
function addAccounts({ accounts }: BrokerCore, options: BrokerOptions): void {
  for (const { name, password, tags, permissions } of accountsOf(options)) {
    accounts.putUser({
      name,
      password: { algorithm: 'plain', text: password },
      tags,
      configured: true,
    });
    for (const [vhost, patterns] of Object.entries(permissions ?? {})) {
      accounts.setPermissions(name, vhost, patterns);
    }
  }
}

/** @throws Error that names what can't be read or does not fit together */
function tlsOf(options: BrokerOptions, logger: Logger): TlsFiles | null {
  if (options.tlsPort === 0) return null;
  const settings: TlsSettings = {
    cert: options.tlsCert,
    key: options.tlsKey,
    ca: options.tlsCa === NONE ? null : options.tlsCa,
    verifyPeer: options.tlsVerify === 'peer',
    requireCertificate: options.tlsRequireCertificate,
    loginFrom: options.tlsLoginFrom,
    minVersion: options.tlsMinVersion,
  };
  return new TlsFiles(settings, logger);
}

/** What Direct Mode is doing, and the thread of the data directory beside its threads. */
function reportOf(direct: DirectHub, store: OpenStore | null): DirectReport {
  const report = direct.report();
  if (store === null) return report;
  return { ...report, threads: [...report.threads, storeReport(store.thread, Date.now())] };
}

/** When the certificates of AMQP's ports expire. */
function certificatesOf(tls: TlsFiles | null, listening: readonly Listening[]) {
  if (tls === null) return [];
  return listening
    .filter(({ name }) => name === 'amqps')
    .map(({ port }) => ({ protocol: 'amqp/ssl', port, expiry: tls.expiry }));
}

function directSettings(options: BrokerOptions): DirectSettings {
  return {
    leaseTimeoutMs: options.directLeaseTimeoutMs,
    feedLimits: {
      warnMessages: options.feedWarnMessages,
      warnOctets: options.feedWarnOctets,
      dropMessages: options.feedDropMessages,
      dropOctets: options.feedDropOctets,
    },
  };
}

function createPlane(options: BrokerOptions, turn: Turn, events: PlaneEvents): DataPlane {
  const settings: PlaneSettings = {
    shards: options.shards,
    writers: options.writers,
    ringOctets: options.ringOctets,
    maxContentOctets: options.directMaxContent,
    batchOctets: options.directBatching,
    heartbeatMs: options.directHeartbeatMs,
  };
  return options.shards === 0
    ? new LocalPlane(settings, turn, events)
    : new ThreadPlane(settings, turn, events);
}

/** The addresses to listen on: that of the broker, and the one where it passes for RabbitMQ. */
function listenersOf(options: BrokerOptions): readonly (Listening & { identity: string })[] {
  const { port, identity, rabbitmqPort } = options;
  const own = { name: 'amqp', port, identity };
  if (rabbitmqPort === 0) return [own];
  return [own, { name: 'rabbitmq', port: rabbitmqPort, identity: 'rabbitmq' }];
}
