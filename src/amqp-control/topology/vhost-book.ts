import type { QueueHost } from '../queues/queue.ts';
import type { PolicyChange } from './policy-book.ts';
import { type QueueLimits, VHost, type VHostLimits, type VHostMetadata } from './vhost.ts';

/** A change of the list of virtual hosts, or of what is said about one. */
export type VHostChange =
  /** Made, or its metadata or limits changed. */
  | { readonly kind: 'vhostPut'; readonly vhost: VHost }
  /** With everything in it. */
  | { readonly kind: 'vhostDeleted'; readonly vhost: VHost };

/** What is told of virtual hosts, and of their policies. */
export type VHostObserver = (change: VHostChange | PolicyChange) => void;

/** There is no virtual host of that name. */
export class UnknownVHostError extends Error {
  constructor(name: string) {
    super(`there is no virtual host '${name}'`);
  }
}

/** The virtual hosts of a broker. */
export class VHostBook {
  readonly byName = new Map<string, VHost>();
  readonly observers = new Set<VHostObserver>();
  private readonly host: QueueHost;
  private readonly queueLimits: QueueLimits;

  constructor(host: QueueHost, queueLimits: QueueLimits) {
    this.host = host;
    this.queueLimits = queueLimits;
  }

  /** @throws UnknownVHostError */
  get(name: string): VHost {
    const vhost = this.byName.get(name);
    if (vhost === undefined) throw new UnknownVHostError(name);
    return vhost;
  }

  /** Makes a virtual host, or changes what is said of it; what is left out stays as it is. */
  put(name: string, metadata: Partial<VHostMetadata> = {}): VHost {
    const vhost = this.byName.get(name) ?? this.create(name);
    vhost.metadata = { ...vhost.metadata, ...metadata };
    this.tell({ kind: 'vhostPut', vhost });
    return vhost;
  }

  /** Bounds that are left out stay as they are; Infinity lifts one. @throws UnknownVHostError */
  setLimits(name: string, limits: Partial<VHostLimits>): void {
    const vhost = this.get(name);
    vhost.limits = { ...vhost.limits, ...limits };
    this.tell({ kind: 'vhostPut', vhost });
  }

  /** Deletes it with everything in it. @throws UnknownVHostError */
  delete(name: string): VHost {
    const vhost = this.get(name);
    vhost.clear();
    this.byName.delete(name);
    this.tell({ kind: 'vhostDeleted', vhost });
    return vhost;
  }

  private create(name: string): VHost {
    const vhost = new VHost(name, this.host, this.queueLimits);
    vhost.policies.observers.add((change) => this.tell(change));
    this.byName.set(name, vhost);
    return vhost;
  }

  private tell(change: VHostChange | PolicyChange): void {
    for (const observer of this.observers) observer(change);
  }
}
