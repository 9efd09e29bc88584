import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import type { AnswerObserver } from '../amqp/ports.ts';

type Sent<N extends MethodToSend['name']> = Extract<MethodToSend, { name: N }>;
type Binding = Sent<'queue.bind'> | Sent<'exchange.bind'>;

interface QueueRecord {
  readonly declare: Sent<'queue.declare'>;
  /** The broker chose the name, and will choose another. */
  readonly serverNamed: boolean;
}

/** What a connection has declared and bound, to be declared and bound again on another. */
export class TopologyRecord implements AnswerObserver {
  private readonly exchanges = new Map<string, Sent<'exchange.declare'>>();
  private readonly queues = new Map<string, QueueRecord>();
  private readonly bindings = new Map<string, Binding>();
  /** The names that queues have now, by those the application was told. */
  private readonly names = new Map<string, string>();

  answered(request: MethodToSend, answer: Method): void {
    switch (request.name) {
      case 'exchange.declare':
        if (!request.passive) this.exchanges.set(request.exchange ?? '', request);
        return;
      case 'exchange.delete':
        this.exchangeDeleted(request.exchange ?? '');
        return;
      case 'queue.declare':
        if (!request.passive && answer.name === 'queue.declare-ok') {
          this.queues.set(answer.queue, { declare: request, serverNamed: request.queue === '' });
        }
        return;
      case 'queue.delete':
        this.queueDeleted(request.queue ?? '');
        return;
      case 'queue.bind':
      case 'exchange.bind':
        this.bindings.set(bindingKey(request), request);
        return;
      case 'queue.unbind':
        this.bindings.delete(bindingKey({ ...request, name: 'queue.bind' }));
        return;
      case 'exchange.unbind':
        this.bindings.delete(bindingKey({ ...request, name: 'exchange.bind' }));
        return;
      default:
    }
  }

  /** What declares the exchanges again. */
  exchangeDeclarations(): MethodToSend[] {
    return [...this.exchanges.values()];
  }

  /** What declares the queues again, with the names they had. */
  queueDeclarations(): { name: string; method: MethodToSend }[] {
    return Array.from(this.queues, ([name, { declare, serverNamed }]) => ({
      name,
      method: serverNamed ? { ...declare, queue: '' } : declare,
    }));
  }

  /** What binds everything again; ask when the queues have their names. */
  bindingMethods(): MethodToSend[] {
    return [...this.bindings.values()];
  }

  /** The broker has given a queue another name. */
  queueRenamed(from: string, to: string): void {
    const record = this.queues.get(from);
    if (record === undefined || from === to) return;
    this.queues.delete(from);
    this.queues.set(to, record);
    for (const [told, now] of this.names) if (now === from) this.names.set(told, to);
    this.names.set(from, to);
    for (const [key, binding] of [...this.bindings]) {
      if (binding.name !== 'queue.bind' || binding.queue !== from) continue;
      const renamed = { ...binding, queue: to };
      this.bindings.delete(key);
      this.bindings.set(bindingKey(renamed), renamed);
    }
  }

  /** The method with the name that its queue has now. */
  translated<M extends MethodToSend>(method: M): M {
    if (this.names.size === 0 || !('queue' in method)) return method;
    const queue = this.names.get(method.queue ?? '');
    return queue === undefined ? method : { ...method, queue };
  }

  private exchangeDeleted(exchange: string): void {
    this.exchanges.delete(exchange);
    this.dropBindings((binding) =>
      binding.name === 'queue.bind'
        ? binding.exchange === exchange
        : binding.source === exchange || binding.destination === exchange,
    );
  }

  private queueDeleted(queue: string): void {
    this.queues.delete(queue);
    this.dropBindings((binding) => binding.name === 'queue.bind' && binding.queue === queue);
  }

  private dropBindings(isGone: (binding: Binding) => boolean): void {
    for (const [key, binding] of [...this.bindings]) {
      if (isGone(binding)) this.bindings.delete(key);
    }
  }
}

function bindingKey(binding: Binding): string {
  const { routingKey, arguments: argt } = binding;
  const ends =
    binding.name === 'queue.bind'
      ? ['queue', binding.queue, binding.exchange]
      : ['exchange', binding.destination, binding.source];
  return JSON.stringify([...ends, routingKey, argt]);
}
