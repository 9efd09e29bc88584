import { performance } from 'node:perf_hooks';
import { chunkFirst, readChunk } from '../../store/chunk-format.ts';
import { isSettled } from '../../store/chunk-index.ts';
import type { StoreClient } from '../../store/store-client.ts';
import type { Recovery } from '../../store/store-thread.ts';
import { MessageView } from '../../wire/message-view.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { Queue } from '../queues/queue.ts';
import { INLINE_BODY_MAX_OCTETS } from '../queues/segment.ts';
import type { Json } from '../stats/plain-table.ts';
import type { VHost } from '../topology/vhost.ts';
import {
  type PolicyDefinition,
  restorePolicy,
  restoreUser,
  restoreVhost,
  type UserDefinition,
  type VHostDefinition,
} from './account-definitions.ts';
import { AccountRecorder } from './account-recorder.ts';
import { DefinitionRecorder } from './definition-recorder.ts';
import type { BindingDefinition, ExchangeDefinition, QueueDefinition } from './definitions.ts';
import { KINDS, type Kind, kindOf } from './definitions.ts';
import { readTable } from './table-text.ts';

/** Time between two records of progress in the log, in milliseconds. */
const PROGRESS_MS = 1000;

/** The number that no connection has: who declares what is restored. */
const NO_CONNECTION = 0;

/** A definition of what belongs to a virtual host. */
type InVhost = PolicyDefinition | ExchangeDefinition | QueueDefinition | BindingDefinition;

/** A global parameter. */
interface ParameterDefinition {
  readonly name: string;
  readonly value: Json;
}

interface RestoredLog {
  readonly queue: Queue;
  readonly priority: number;
}

/** Puts what the store kept back into a core that is new. */
export class CoreRecovery implements Recovery {
  private readonly core: BrokerCore;
  private readonly logs = new Map<number, RestoredLog>();
  private readonly queues: Queue[] = [];
  private readonly startedMs = performance.now();
  private readonly waiting: (() => void)[] = [];
  private taken: ReadonlyMap<number, number> = new Map();
  private messageCount = 0;
  private chunkCount = 0;
  private chunksTaken = 0;
  private progressMs = this.startedMs;

  constructor(core: BrokerCore) {
    this.core = core;
  }

  definitions(
    entries: readonly (readonly [key: string, value: string])[],
    store: StoreClient,
  ): void {
    const { core } = this;
    core.store = store;
    const recorder = new DefinitionRecorder(store);
    for (const kind of KINDS) {
      for (const [key, value] of entries) {
        if (kindOf(key) === kind) this.define(recorder, kind, value);
      }
    }
    for (const vhost of core.vhosts.values()) recorder.record(vhost);
    const accounts = new AccountRecorder(store, core.accounts);
    core.accounts.observers.add((change) => accounts.accountChanged(change));
    core.vhostBook.observers.add((change) => {
      if (change.kind === 'vhostPut') recorder.record(change.vhost);
      accounts.vhostChanged(change);
    });
    core.globalParameters.observers.add((change) => accounts.parameterChanged(change));
    this.core.log.info({ definitions: entries.length }, 'definitions recovered');
  }

  messages(taken: ReadonlyMap<number, number>, chunks: number): void {
    this.taken = taken;
    this.chunkCount = chunks;
  }

  chunk(octets: Buffer, settled: Buffer | null): void {
    const first = chunkFirst(octets);
    const view = new MessageView();
    readChunk(octets, view, false, {
      message: () => {
        // A large body is kept by reference, but not all the others of its chunk with it.
        view.bodyOwned =
          view.bodySize > INLINE_BODY_MAX_OCTETS && 2 * view.bodySize > octets.length;
        this.messageCount++;
      },
      entry: (log, entry, expiresAtMs) => {
        if (settled !== null && isSettled(settled, entry - first)) return;
        const restored = this.logs.get(log);
        if (restored === undefined) return;
        const redelivered = entry <= (this.taken.get(log) ?? 0);
        restored.queue.restore(restored.priority, view, entry, expiresAtMs, redelivered);
      },
    });
    this.chunksTaken++;
    this.reportProgress();
  }

  whenRoom(goOn: () => void): void {
    if (this.core.pager?.congested === true) this.waiting.push(goOn);
    else goOn();
  }

  /** What was recovered is paged out, and there is room for more. */
  roomAgain(): void {
    for (const goOn of this.waiting.splice(0)) goOn();
  }

  /** Everything is back. */
  finish(): void {
    for (const queue of this.queues) queue.restored(this.taken);
    this.core.finishTurn();
    const { messageCount: messages } = this;
    const milliseconds = Math.round(performance.now() - this.startedMs);
    this.core.log.info({ queues: this.queues.length, messages, milliseconds }, 'recovered');
  }

  private reportProgress(): void {
    const nowMs = performance.now();
    if (nowMs - this.progressMs < PROGRESS_MS) return;
    this.progressMs = nowMs;
    const percent = Math.floor((100 * this.chunksTaken) / this.chunkCount);
    this.core.log.info({ messages: this.messageCount, percent }, 'recovering messages');
  }

  private define(recorder: DefinitionRecorder, kind: Kind, text: string): void {
    const { core } = this;
    const definition: unknown = JSON.parse(text);
    if (kind === 'vhost') restoreVhost(core.vhostBook, definition as VHostDefinition);
    else if (kind === 'user') restoreUser(core.accounts, definition as UserDefinition);
    else if (kind === 'parameter') restoreParameter(core, definition as ParameterDefinition);
    else this.defineInVhost(recorder, kind, definition as InVhost);
  }

  private defineInVhost(recorder: DefinitionRecorder, kind: Kind, definition: InVhost): void {
    const vhost = this.core.vhosts.get(definition.vhost);
    if (vhost === undefined) {
      this.core.log.warn({ kind, ...definition }, 'kept, but of no use: its virtual host is gone');
      return;
    }
    switch (kind) {
      case 'policy':
        restorePolicy(vhost, definition as PolicyDefinition);
        break;
      case 'exchange':
        defineExchange(vhost, definition as ExchangeDefinition);
        break;
      case 'queue':
        this.defineQueue(vhost, definition as QueueDefinition);
        break;
      case 'binding':
        defineBinding(vhost, definition as BindingDefinition);
        recorder.knowBinding(definition as BindingDefinition);
        break;
    }
  }

  private defineQueue(vhost: VHost, definition: QueueDefinition): void {
    const { name, autoDelete, table, firstLog } = definition;
    const queue = vhost.declareQueue({
      name,
      durable: true,
      autoDelete,
      exclusive: false,
      table: readTable(table),
      connection: NO_CONNECTION,
      storedLog: firstLog,
    });
    this.queues.push(queue);
    for (let priority = 0; priority <= queue.settings.declared.maxPriority; priority++) {
      this.logs.set(firstLog + priority, { queue, priority });
    }
  }
}

function restoreParameter({ globalParameters }: BrokerCore, stored: ParameterDefinition): void {
  globalParameters.put(stored.name, stored.value);
}

function defineExchange(vhost: VHost, definition: ExchangeDefinition): void {
  const { name, type, autoDelete, internal, table } = definition;
  vhost.declareExchange({
    name,
    type,
    durable: true,
    autoDelete,
    internal,
    table: readTable(table),
  });
}

function defineBinding(vhost: VHost, definition: BindingDefinition): void {
  const { source, toQueue, destination, routingKey } = definition;
  const table = readTable(definition.table);
  if (toQueue) {
    const queue = vhost.queue(destination, NO_CONNECTION);
    vhost.bindQueue(queue, source, routingKey, table);
  } else {
    vhost.bindExchange(destination, source, routingKey, table);
  }
}
