import type { Connection, LossHandler } from '../amqp/connection.ts';
import type { Link } from '../amqp/open-link.ts';
import type { ReconnectOptions } from '../types/settings.ts';
import { backoffMs } from './backoff.ts';
import { RecoveryChannel } from './recovery-channel.ts';
import type { TopologyRecord } from './topology-record.ts';

/** Opens a link to one of the brokers. */
export type LinkOpener = (signal: AbortSignal) => Promise<Link>;

/** Replaces the link of a connection that was lost, and restores the topology. */
export class Reconnector implements LossHandler {
  private readonly connection: Connection;
  private readonly options: Readonly<Required<ReconnectOptions>>;
  private readonly openLink: LinkOpener;
  private readonly topology: TopologyRecord;
  private attempt = 0;
  private timer: NodeJS.Timeout | null = null;
  private attempting: AbortController | null = null;

  constructor(
    connection: Connection,
    options: Readonly<Required<ReconnectOptions>>,
    openLink: LinkOpener,
    topology: TopologyRecord,
  ) {
    this.connection = connection;
    this.options = options;
    this.openLink = openLink;
    this.topology = topology;
  }

  lost(error: Error): boolean {
    if (this.options.maxRetries < 1) return false;
    this.attempt = 0;
    this.schedule(error);
    return true;
  }

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.attempting?.abort(new Error('Connection closed'));
    this.attempting = null;
  }

  private schedule(error: Error): void {
    this.attempt++;
    const { attempt } = this;
    const delayMs = backoffMs(this.options, attempt, Math.random());
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.reconnect();
    }, delayMs);
    this.connection.emit('reconnecting', { attempt, delayMs, error });
  }

  private async reconnect(): Promise<void> {
    const attempting = new AbortController();
    this.attempting = attempting;
    try {
      const link = await this.openLink(attempting.signal);
      await this.connection.adopt(link, () => this.restoreTopology());
    } catch (error) {
      if (!attempting.signal.aborted) this.failed(error);
      return;
    } finally {
      this.attempting = null;
    }
    this.connection.tally.reconnects++;
    this.connection.emit('reconnected');
  }

  private failed(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (this.attempt < this.options.maxRetries) this.schedule(error);
    else this.connection.giveUp(error);
  }

  /** @throws Error if something is refused; the next attempt may find it free */
  private async restoreTopology(): Promise<void> {
    const channel = new RecoveryChannel(this.connection);
    await channel.open();
    const { topology } = this;
    for (const method of topology.exchangeDeclarations()) {
      await channel.asks(method, 'exchange.declare-ok');
    }
    for (const { name, method } of topology.queueDeclarations()) {
      const answer = await channel.asks(method, 'queue.declare-ok');
      this.queueDeclared(name, answer.queue);
    }
    for (const method of topology.bindingMethods()) {
      await channel.asks(
        method,
        method.name === 'queue.bind' ? 'queue.bind-ok' : 'exchange.bind-ok',
      );
    }
    await channel.close();
  }

  private queueDeclared(from: string, to: string): void {
    if (from === to) return;
    this.topology.queueRenamed(from, to);
    this.connection.emit('queue-renamed', { from, to });
  }
}
