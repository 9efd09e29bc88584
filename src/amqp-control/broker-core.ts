import type { Logger } from '../logging.ts';
import type { StoreClient } from '../store/store-client.ts';
import { MessageView } from '../wire/message-view.ts';
import type { DirectService } from './direct/direct-service.ts';
import { EventLog } from './event-log.ts';
import { ChunkPool } from './io/chunk-pool.ts';
import type { Pager } from './paging/pager.ts';
import { Publication } from './queues/publication.ts';
import type { DeathReason, Queue, QueueHost } from './queues/queue.ts';
import { SegmentPool } from './queues/segment-pool.ts';
import { TimerQueue } from './queues/timer-queue.ts';
import { type AccountChange, Accounts } from './security/accounts.ts';
import { type LoginRules, Logins } from './security/logins.ts';
import { PasswordChecks } from './security/password-checks.ts';
import type { User } from './security/user.ts';
import type { Chronometer } from './stats/chronometer.ts';
import type { ConnectionView } from './stats/connection-view.ts';
import { ChurnCounts, LoginCounts } from './stats/counts.ts';
import { DeadLetters } from './topology/dead-letters.ts';
import { GlobalParameters } from './topology/global-parameters.ts';
import { ReplyAddresses } from './topology/reply-addresses.ts';
import type { QueueLimits, VHost } from './topology/vhost.ts';
import { VHostBook } from './topology/vhost-book.ts';

/** What the AMQP side of the broker is set up with. */
export interface CoreSettings {
  /**
   * Server property `direct`: whether clients should use Direct Mode without being asked to (DMP,
   * section 1).
   */
  readonly directByDefault: boolean;
  readonly vhosts: readonly string[];
  readonly logins: LoginRules;
  /** Users who may log in from this machine only. */
  readonly loopbackUsers: readonly string[];
  /** Octets of the largest frame offered in Connection.Tune. */
  readonly frameMax: number;
  /** Highest channel number offered in Connection.Tune. */
  readonly channelMax: number;
  /** Heartbeat interval offered in Connection.Tune; 0 = none. */
  readonly heartbeatSeconds: number;
  /** From the first octet to Connection.Open. */
  readonly setupTimeoutMs: number;
  readonly connectionsMax: number;
  /** Octets of the largest message body accepted. */
  readonly messageOctetsMax: number;
  readonly queueLimits: QueueLimits;
}

/** What publishers can be blocked for. */
export type AlarmSource = 'memory' | 'disk' | 'store' | 'paging' | 'reading';

/** Who can't follow publishers for a moment. */
export type HoldSource = 'store' | 'paging';

/** A connection as the core sees it. */
export interface CoreConnection {
  /** Unique in this broker while it runs; identifies the publisher of a message. */
  readonly number: number;
  /** Whether it is logged in as this user, or has this virtual host open. */
  belongsTo(owner: User | VHost): boolean;
  /** Tells the client why (Connection.Close 320) and closes. */
  closeForced(reason: string): void;
  /** What can be shown of it; null unless it is open. */
  readonly view: ConnectionView | null;
  /** Memory or disk ran out (or is back): publishers must stop (may go on), and are told why. */
  alarm(reason: string | null): void;
  /** The disk can't follow for a moment (or can again): publishers must stop (may go on). */
  hold(held: boolean): void;
  /** The broker stops: tell the client and close. */
  shutDown(): void;
}

/**
 * What all connections of a broker share: virtual hosts, users, time, memory pools and the work
 * that is left for the end of a turn of the event loop. Synchronous: the shell sets `nowMs`, feeds
 * octets to connections, and then calls `finishTurn`.
 */
export class BrokerCore implements QueueHost {
  readonly settings: CoreSettings;
  readonly log: Logger;
  /** For what clients cause any number of times. */
  readonly events: EventLog;
  readonly timers = new TimerQueue();
  readonly segments = new SegmentPool();
  readonly chunks = new ChunkPool();
  readonly scratch = new MessageView();
  readonly publication = new Publication();
  readonly churn = new ChurnCounts();
  /** Logins by protocol, in RabbitMQ's words. */
  readonly loginCounts = { amqp091: new LoginCounts(), http: new LoginCounts() };
  /** Users and permissions. */
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly vhostBook: VHostBook;
  readonly globalParameters = new GlobalParameters();
  /** The queues of all virtual hosts by number. */
  readonly queues = new Map<number, Queue>();
  readonly connections = new Map<number, CoreConnection>();
  readonly replyAddresses = new ReplyAddresses();
  nowMs: number;
  consumersLag = false;
  /** Direct Mode; null where it isn't offered. */
  direct: DirectService | null = null;
  store: StoreClient | null = null;
  pager: Pager | null = null;
  /** Publishers are held back until the disk can follow. */
  held = false;
  /** Times some of what is read; null: nothing is timed. */
  chronometer: Chronometer | null = null;
  /** Why publishers are blocked, or null. */
  alarm: string | null = null;
  private readonly raisedAlarms = new Map<AlarmSource, string>();
  private readonly holders = new Set<HoldSource>();

  private readonly deadLetters: DeadLetters;
  private dirtyQueues: Queue[] = [];
  private spareQueues: Queue[] = [];
  private nextConnectionNumber = 1;
  private nextQueueNumber = 1;

  /** @param post runs work in a turn of its own: what was decided outside of main */
  constructor(
    settings: CoreSettings,
    log: Logger,
    nowMs: number,
    post: (work: () => void) => void,
  ) {
    this.settings = settings;
    this.log = log;
    this.events = new EventLog(log, this.timers, this);
    this.nowMs = nowMs;
    this.accounts = new Accounts(settings.loopbackUsers);
    this.accounts.observers.add((change) => this.accountChanged(change));
    this.logins = new Logins(this.accounts, settings.logins, new PasswordChecks(post), this);
    this.vhostBook = new VHostBook(this, settings.queueLimits);
    this.deadLetters = new DeadLetters(this.vhosts);
    for (const name of settings.vhosts) this.vhostBook.put(name);
  }

  /** By name. */
  get vhosts(): ReadonlyMap<string, VHost> {
    return this.vhostBook.byName;
  }

  /**
   * Deletes a virtual host: closes its connections, and deletes all that is in it.
   * @throws UnknownVHostError
   */
  deleteVhost(name: string): void {
    const vhost = this.vhostBook.get(name);
    this.closeConnectionsOf(vhost, `vhost '${name}' was deleted`);
    this.vhostBook.delete(name);
    this.accounts.vhostDeleted(name);
    this.direct?.vhostDeleted(name);
  }

  takeConnectionNumber(): number {
    return this.nextConnectionNumber++;
  }

  takeQueueNumber(): number {
    return this.nextQueueNumber++;
  }

  queueCreated(queue: Queue): void {
    this.churn.queuesCreated++;
    this.queues.set(queue.settings.number, queue);
  }

  queueDeleted(queue: Queue): void {
    this.churn.queuesDeleted++;
    this.queues.delete(queue.settings.number);
    this.direct?.queueDeleted(queue);
  }

  queueRulesChanged(queue: Queue): void {
    this.direct?.queueRulesChanged(queue);
  }

  queueNeedsDispatch(queue: Queue): void {
    if (queue.needsDispatch) return;
    queue.needsDispatch = true;
    this.dirtyQueues.push(queue);
  }

  deadLetter(queue: Queue, view: MessageView, reason: DeathReason): void {
    this.deadLetters.add(queue, view, reason, this.nowMs);
  }

  queueExpired(queue: Queue): void {
    this.vhosts.get(queue.settings.vhost)?.removeQueue(queue);
  }

  /** Does what was put off until the octets of this turn were read: dead letters, then dispatch. */
  finishTurn(): void {
    do {
      this.settleQueues();
      // A feed that can go on wakes its queue.
      this.direct?.finishTurn();
    } while (this.dirtyQueues.length > 0);
    this.store?.endGroup();
  }

  /** All reasons why publishers are blocked, by who has found them. */
  get alarms(): ReadonlyMap<AlarmSource, string> {
    return this.raisedAlarms;
  }

  /** Blocks publishers for a reason, or lets them go on if there is no other. */
  setAlarm(source: AlarmSource, reason: string | null): void {
    if (reason === null) this.raisedAlarms.delete(source);
    else this.raisedAlarms.set(source, reason);
    const [first = null] = this.raisedAlarms.values();
    if (first === this.alarm) return;
    this.alarm = first;
    for (const connection of this.connections.values()) connection.alarm(first);
    this.direct?.hold(this.mustWait);
  }

  /** Holds publishers back without a word: it is a matter of milliseconds. */
  setHeld(source: HoldSource, isHeld: boolean): void {
    if (isHeld) this.holders.add(source);
    else this.holders.delete(source);
    const held = this.holders.size > 0;
    if (held === this.held) return;
    this.held = held;
    for (const connection of this.connections.values()) connection.hold(held);
    this.direct?.hold(this.mustWait);
  }

  private get mustWait(): boolean {
    return this.held || this.alarm !== null;
  }

  /** What users may do changes for their open connections, too. */
  private accountChanged(change: AccountChange): void {
    const { user } = change;
    if (change.kind === 'userPut') return;
    if (change.kind === 'userDeleted') {
      this.closeConnectionsOf(user, `user '${user.name}' was deleted`);
      return;
    }
    const vhost = this.vhosts.get(change.vhost);
    // What publishers were allowed before is asked again.
    if (vhost !== undefined) vhost.generation++;
    this.direct?.permissionsChanged(user);
  }

  private closeConnectionsOf(owner: User | VHost, reason: string): void {
    for (const connection of [...this.connections.values()]) {
      if (connection.belongsTo(owner)) connection.closeForced(reason);
    }
  }

  private settleQueues(): void {
    while (this.deadLetters.size > 0 || this.dirtyQueues.length > 0) {
      this.deadLetters.publishAll(this.publication);
      const queues = this.dirtyQueues;
      this.dirtyQueues = this.spareQueues;
      for (const queue of queues) {
        queue.needsDispatch = false;
        if (!queue.deleted) queue.dispatch();
      }
      queues.length = 0;
      this.spareQueues = queues;
    }
  }
}
