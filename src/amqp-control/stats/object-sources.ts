import type { BrokerCore } from '../broker-core.ts';
import { BindingSource } from './binding-source.ts';
import { ChannelSource } from './channel-source.ts';
import { ConnectionSource } from './connection-source.ts';
import { ConsumerSource } from './consumer-source.ts';
import { ExchangeSource } from './exchange-source.ts';
import { ObjectNumbers } from './object-numbers.ts';
import type { ObjectKind, ObjectSource } from './object-source.ts';
import { type ObjectSlice, ObjectWalk, sliceOf } from './object-walk.ts';
import { QueueSource } from './queue-source.ts';
import { VhostSource } from './vhost-source.ts';

/** One kind of objects, whatever its type. */
interface Kind {
  readonly columns: readonly string[];
  walk(): { next(max: number): ObjectSlice };
  one(vhost: string, name: string): ObjectSlice | null;
  forget(): void;
}

/** Everything that can be shown of a broker, for one reader that remembers what it was told. */
export class ObjectSources {
  private readonly core: BrokerCore;
  private readonly connections: ConnectionSource;
  private readonly kinds: Readonly<Record<ObjectKind, Kind>>;

  constructor(core: BrokerCore) {
    this.core = core;
    this.connections = new ConnectionSource(core);
    this.kinds = {
      vhost: kindOf(new VhostSource(core)),
      exchange: kindOf(new ExchangeSource(core)),
      queue: kindOf(new QueueSource(core)),
      binding: kindOf(new BindingSource(core)),
      connection: kindOf(this.connections),
      channel: kindOf(new ChannelSource(core)),
      consumer: kindOf(new ConsumerSource(core)),
    };
  }

  /** Takes the reader for a new one, which hasn't been told anything. */
  forget(): void {
    for (const kind of Object.values(this.kinds)) kind.forget();
  }

  /** Names of the columns by kind. */
  get columns(): Record<ObjectKind, readonly string[]> {
    const columns = Object.entries(this.kinds).map(([kind, source]) => [kind, source.columns]);
    return Object.fromEntries(columns) as Record<ObjectKind, readonly string[]>;
  }

  walk(kind: ObjectKind): { next(max: number): ObjectSlice } {
    this.countTraffic(kind);
    return this.kinds[kind].walk();
  }

  one(kind: ObjectKind, vhost: string, name: string): ObjectSlice | null {
    this.countTraffic(kind);
    return this.kinds[kind].one(vhost, name);
  }

  /** What the chronometer knows an exchange, a queue or a connection by, or null. */
  find(kind: 'exchange' | 'queue' | 'connection', vhost: string, name: string): object | null {
    if (kind === 'connection') return this.connections.find(vhost, name);
    const { exchanges, queues } = this.core.vhosts.get(vhost) ?? {};
    return (kind === 'exchange' ? exchanges : queues)?.get(name)?.counts ?? null;
  }

  private countTraffic(kind: ObjectKind): void {
    if (kind === 'exchange' || kind === 'queue') this.core.direct?.countTraffic();
  }
}

function kindOf<T extends object>(source: ObjectSource<T>): Kind {
  let numbers = new ObjectNumbers<T>();
  return {
    columns: source.columns,
    walk: () => new ObjectWalk(source, numbers),
    one: (vhost, name) => sliceOf(source, numbers, vhost, name),
    forget: () => {
      numbers = new ObjectNumbers<T>();
    },
  };
}
