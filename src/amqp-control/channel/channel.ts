import { randomBytes } from 'node:crypto';
import type { MessageView } from '../../wire/message-view.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import { channelError, connectionError } from '../../wire/protocol-error.ts';
import { NOT_FOUND, NOT_IMPLEMENTED, PRECONDITION_FAILED } from '../../wire/reply-code.ts';
import { BASIC_RECOVER, CONFIRM_SELECT, TX_COMMIT, TX_SELECT } from '../../wire/spec.ts';
import type { Outbox } from '../io/outbox.ts';
import type { ChannelView } from '../stats/connection-view.ts';
import { ChannelCounts } from '../stats/counts.ts';
import type { Settlement } from './acknowledgements.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type { ChannelConsumer, ConsumerHost } from './channel-consumer.ts';
import type { ChannelHost } from './channel-host.ts';
import { Confirms } from './confirms.ts';
import { ContentAssembly } from './content-assembly.ts';
import type { PublisherHost } from './publisher.ts';
import { Publisher } from './publisher.ts';
import type { ReplyConsumer } from './reply-consumer.ts';
import { Transaction } from './transaction.ts';

/** Random octets in names that the server makes up: no two alike. */
const GENERATED_NAME_OCTETS = 16;

/** One AMQP channel: what it holds, and what happens to messages and deliveries on it. */
export class Channel implements ConsumerHost, PublisherHost, ChannelView {
  /** Number on the wire. */
  readonly channel: number;
  readonly connection: ChannelHost;
  readonly outbox: Outbox;
  readonly frameMax: number;
  readonly acknowledgements: Acknowledgements;
  readonly assembly: ContentAssembly;
  readonly consumers = new Map<string, ChannelConsumer>();
  readonly counts = new ChannelCounts();
  confirms: Confirms | null = null;
  /** The consumer of direct replies and its address. */
  replyConsumer: ReplyConsumer | null = null;
  replyAddress: string | null = null;
  /** Prefetch count of consumers to come; 0 = any number. */
  consumerPrefetch = 0;
  /** Queue declared last, which an empty queue name stands for. */
  lastQueue: string | null = null;
  /** Channel.Flow is on. */
  flowActive = true;
  /** We have sent Channel.Close: nothing counts until the client's answer. */
  closing = false;

  private readonly publisher: Publisher;
  private transaction: Transaction | null = null;
  /** Answers that wait for a change to be routed by, or to be durable; null if none does. */
  private held: MethodToSend[] | null = null;
  /** What they wait for, and how often. */
  private awaited = 0;

  constructor(channel: number, connection: ChannelHost) {
    this.channel = channel;
    this.connection = connection;
    this.outbox = connection.outbox;
    this.frameMax = connection.frameMax;
    this.acknowledgements = new Acknowledgements(this.counts, () => this.wakeConsumers());
    const { settings, chunks } = connection.core;
    this.assembly = new ContentAssembly(settings.messageOctetsMax, chunks);
    this.publisher = new Publisher(this);
    connection.core.churn.channelsCreated++;
  }

  get confirming(): boolean {
    return this.confirms !== null;
  }

  get unconfirmedCount(): number {
    return this.confirms?.unansweredCount ?? 0;
  }

  get transactional(): boolean {
    return this.transaction !== null;
  }

  get uncommittedMessages(): number {
    return this.transaction?.publicationCount ?? 0;
  }

  get uncommittedAcks(): number {
    return this.transaction?.settlementCount ?? 0;
  }

  get unackedCount(): number {
    return this.acknowledgements.count;
  }

  get channelPrefetch(): number {
    return this.acknowledgements.channelPrefetch;
  }

  send(method: MethodToSend): void {
    if (this.held === null) this.connection.send(this.channel, method);
    else this.held.push(method);
  }

  /**
   * Sends the answer to a change of the topology when every thread that routes knows of the change,
   * so that what is published behind the answer is routed by it, and when the change is durable.
   * Later answers on this channel wait with it.
   */
  replyWhenRouted(nowait: boolean, method: MethodToSend): void {
    const { direct, store } = this.connection.core;
    if (direct?.whenRouted(() => this.answerable()) === true) this.hold();
    if (store?.whenDefined({ durable: () => this.answerable() }) === true) this.hold();
    this.reply(nowait, method);
  }

  /** Sends Tx.Commit-Ok when what the commit has stored is durable. */
  commit(): void {
    this.requireTransaction().commit();
    const { store } = this.connection.core;
    if (store?.hasChanges === true) {
      this.hold();
      store.whenDurable(store.currentGroup, { durable: () => this.answerable() });
    }
    this.send({ name: 'tx.commit-ok' });
  }

  /** Sends the answer to a method unless the client waived it. */
  reply(nowait: boolean, method: MethodToSend): void {
    if (!nowait) this.send(method);
  }

  /** The name, or that of the queue declared last. @throws ProtocolError 404 if there is none */
  queueNamed(name: string): string {
    if (name !== '') return name;
    if (this.lastQueue !== null) return this.lastQueue;
    throw channelError(NOT_FOUND, 'no previously declared queue');
  }

  /** A name that nothing has yet. */
  generateName(prefix: string): string {
    return prefix + randomBytes(GENERATED_NAME_OCTETS).toString('base64url');
  }

  canDeliver(): boolean {
    return this.flowActive && !this.outbox.congested;
  }

  /** Something may have been deliverable for a while now: Channel.Flow, congestion, prefetch. */
  wakeConsumers(): void {
    for (const consumer of this.consumers.values()) consumer.released();
  }

  consumerCancelled(consumer: ChannelConsumer): void {
    this.consumers.delete(consumer.tag);
    if (!this.connection.notifiesCancel || this.closing) return;
    this.send({ name: 'basic.cancel', consumerTag: consumer.tag, nowait: true });
  }

  /** Takes a complete message. `bits` is the last octet of its Basic.Publish. */
  publish(view: MessageView, bits: number): void {
    if (this.transaction === null) this.publisher.publish(view, bits);
    else this.transaction.publish(view, bits);
  }

  /** Basic.Ack, Reject and Nack. @throws ProtocolError 406 for an unknown delivery tag */
  settle(tag: number, multiple: boolean, settlement: Settlement): void {
    if (this.transaction !== null) {
      this.transaction.settle(tag, multiple, settlement);
      return;
    }
    this.acknowledgements.settle(tag, multiple, settlement);
  }

  /**
   * Gives back everything the channel holds: consumers, unacknowledged messages, an open
   * transaction.
   */
  release(): void {
    this.held = null;
    this.confirms?.end();
    this.assembly.reset();
    this.transaction?.rollback();
    this.connection.core.direct?.ownerReleased(this);
    if (this.replyAddress !== null) {
      this.connection.core.replyAddresses.unregister(this.replyAddress);
    }
    for (const consumer of this.consumers.values()) consumer.queue.removeConsumer(consumer);
    this.consumers.clear();
    this.acknowledgements.requeueAll();
    this.connection.vhost.closedChannels.add(this.counts);
    this.connection.core.churn.channelsClosed++;
  }

  /** Channel.Flow from the client: stops and restarts deliveries. */
  setFlow(active: boolean): void {
    this.flowActive = active;
    const { direct } = this.connection.core;
    for (const { queue } of this.consumers.values()) direct?.consumersChanged(queue);
    this.replyWhenRouted(false, { name: 'channel.flow-ok', active });
    if (active) this.wakeConsumers();
  }

  /** @throws ProtocolError 540 for requeue=false, as in RabbitMQ */
  recover(requeue: boolean): void {
    if (!requeue) {
      throw connectionError(
        NOT_IMPLEMENTED,
        'recover with requeue=false is not supported, use requeue=true',
        BASIC_RECOVER,
      );
    }
    this.acknowledgements.requeueAll();
  }

  private hold(): void {
    this.held ??= [];
    this.awaited++;
  }

  private answerable(): void {
    this.awaited--;
    if (this.awaited > 0 || this.held === null) return;
    const { held } = this;
    this.held = null;
    for (const method of held) this.send(method);
  }

  /** @throws ProtocolError 406 in transaction mode */
  selectConfirms(nowait: boolean): void {
    if (this.transaction !== null) {
      throw channelError(
        PRECONDITION_FAILED,
        'cannot switch from tx to confirm mode',
        CONFIRM_SELECT,
      );
    }
    this.confirms ??= new Confirms(this);
    this.reply(nowait, { name: 'confirm.select-ok' });
  }

  /** @throws ProtocolError 406 in confirm mode */
  selectTransaction(): void {
    if (this.confirms !== null) {
      throw channelError(PRECONDITION_FAILED, 'cannot switch from confirm to tx mode', TX_SELECT);
    }
    this.transaction ??= new Transaction(this.publisher, this.acknowledgements);
    this.send({ name: 'tx.select-ok' });
  }

  /** @throws ProtocolError 406 outside of transaction mode */
  requireTransaction(): Transaction {
    if (this.transaction !== null) return this.transaction;
    throw channelError(PRECONDITION_FAILED, 'channel is not transactional', TX_COMMIT);
  }
}
