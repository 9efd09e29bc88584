import type { Ledger } from './ledger.ts';

/** What is known of the existence of something. */
export type Existence = 'there' | 'open' | 'absent';

/** A queue or an exchange that is declared and deleted while the broker runs. */
export interface Entity {
  readonly name: string;
  existence: Existence;
  /** Survives a crash. */
  isDurable: boolean;
  /** What it was declared with last, to be compared. */
  declaration: Declaration;
}

/** How a queue or an exchange is declared. */
export interface Declaration {
  /** Of an exchange; a queue has none. */
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** A binding of a queue to an exchange. */
export interface Binding {
  readonly exchange: string;
  readonly queue: string;
  readonly key: string;
  existence: Existence;
}

/** What was found after a restart. */
export interface FoundTopology {
  readonly queues: ReadonlySet<string>;
  readonly exchanges: ReadonlySet<string>;
  /** Declarations that were refused because the thing is there with other properties. */
  readonly differing: readonly string[];
  /** Names as `bindingName` makes them. */
  readonly bindings: ReadonlySet<string>;
}

/** A binding in words. */
export function bindingName(exchange: string, queue: string, key: string): string {
  return `${exchange} -> ${queue} (${key})`;
}

/**
 * Queues, exchanges and bindings as they were asked for and answered. What is durable is on disk
 * when the Ok has come; what is transient, exclusive or hangs on such is gone after a restart. One
 * client at a time changes one thing, so that at most the last change of it is open.
 */
export class Topology {
  readonly queues = new Map<string, Entity>();
  readonly exchanges = new Map<string, Entity>();
  readonly bindings = new Map<string, Binding>();
  /** By exchange: the keys of all bindings that it ever had. */
  private readonly keys = new Map<string, Set<string>>();

  /** Declare is about to be sent; for what is there already it changes nothing. */
  declaring(kind: 'queues' | 'exchanges', name: string, declaration: Declaration): Entity {
    const earlier = this[kind].get(name);
    if (earlier?.existence === 'there') return earlier;
    const isDurable = declaration.durable && !declaration.exclusive;
    const entity: Entity = { name, existence: 'open', isDurable, declaration };
    this[kind].set(name, entity);
    return entity;
  }

  /** Delete is about to be sent. */
  deleting(entity: Entity): void {
    entity.existence = 'open';
  }

  /** Declare-Ok has come. */
  declared(entity: Entity): void {
    entity.existence = 'there';
  }

  /** Delete-Ok has come: its bindings are gone with it. */
  deleted(entity: Entity): void {
    entity.existence = 'absent';
    for (const [name, binding] of this.bindings) {
      if (binding.exchange === entity.name || binding.queue === entity.name) {
        this.bindings.delete(name);
      }
    }
  }

  /** Bind ('there') or Unbind ('absent') is about to be sent. */
  rebinding(exchange: string, queue: string, key: string, aim: Existence): Binding {
    const name = bindingName(exchange, queue, key);
    const binding = this.bindings.get(name) ?? { exchange, queue, key, existence: 'absent' };
    if (binding.existence !== aim) binding.existence = 'open';
    this.bindings.set(name, binding);
    this.keys.set(exchange, new Set([...this.keysOf(exchange), key]));
    return binding;
  }

  /** The keys of all bindings that an exchange ever had. */
  keysOf(exchange: string): ReadonlySet<string> {
    return this.keys.get(exchange) ?? new Set();
  }

  /** The names of the queues that a message is routed to; nothing that matters may be open. */
  route(exchange: string, key: string): string[] {
    const names: string[] = [];
    for (const binding of this.bindings.values()) {
      const matches = binding.exchange === exchange && binding.key === key;
      if (matches && binding.existence === 'there') names.push(binding.queue);
    }
    return names;
  }

  /** The connections that had exclusive queues are closed. */
  disconnected(ledger: Ledger): void {
    for (const entity of this.queues.values()) {
      if (!entity.declaration.exclusive) continue;
      this.deleted(entity);
      ledger.deleted(entity.name);
    }
  }

  /** The broker has died: what is transient is gone. */
  crashed(): void {
    for (const map of [this.queues, this.exchanges]) {
      for (const entity of map.values()) if (!entity.isDurable) this.deleted(entity);
    }
  }

  /** Reports what is otherwise than it must be, and takes over what was found. */
  compare(found: FoundTopology, ledger: Ledger): void {
    for (const text of found.differing) ledger.find('topology', text);
    this.compareEntities('queue', this.queues, found.queues, ledger);
    this.compareEntities('exchange', this.exchanges, found.exchanges, ledger);
    for (const [name, binding] of this.bindings) {
      const isFound = found.bindings.has(name);
      if (binding.existence === 'open') binding.existence = isFound ? 'there' : 'absent';
      else if ((binding.existence === 'there') !== isFound) {
        const must = binding.existence === 'there' ? 'is missing' : 'is there and must not be';
        ledger.find('topology', `binding ${name} ${must}`);
        binding.existence = isFound ? 'there' : 'absent';
      }
    }
    for (const name of found.bindings) {
      if (!this.bindings.has(name)) {
        ledger.find('topology', `binding ${name} is there and nobody made it`);
      }
    }
  }

  private compareEntities(
    kind: string,
    entities: ReadonlyMap<string, Entity>,
    found: ReadonlySet<string>,
    ledger: Ledger,
  ): void {
    for (const entity of entities.values()) {
      const isFound = found.has(entity.name);
      if (entity.existence !== 'open' && (entity.existence === 'there') !== isFound) {
        const must = entity.existence === 'there' ? 'is missing' : 'is there and must not be';
        ledger.find('topology', `${kind} ${entity.name} ${must}`);
      }
      if (isFound) entity.existence = 'there';
      else {
        if (kind === 'queue') ledger.deleted(entity.name);
        this.deleted(entity);
      }
    }
  }
}
