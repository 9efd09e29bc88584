import type { Channel } from 'amqplib';
import type { Ledger } from '../model/ledger.ts';
import type { Declaration, Entity, Topology } from '../model/topology.ts';

/** Changes the topology, and says so before and after to those who keep account of it. */
export class TopologyClient {
  private readonly topology: Topology;
  private readonly ledger: Ledger;
  private readonly channel: Channel;

  constructor(topology: Topology, ledger: Ledger, channel: Channel) {
    this.topology = topology;
    this.ledger = ledger;
    this.channel = channel;
  }

  async declareQueue(name: string, declaration: Declaration): Promise<void> {
    const entity = this.topology.declaring('queues', name, declaration);
    await this.channel.assertQueue(name, { ...declaration });
    this.topology.declared(entity);
    this.ledger.promised();
  }

  async declareExchange(name: string, declaration: Declaration): Promise<void> {
    const entity = this.topology.declaring('exchanges', name, declaration);
    const { type, durable, autoDelete } = declaration;
    await this.channel.assertExchange(name, type, { durable, autoDelete });
    this.topology.declared(entity);
    this.ledger.promised();
  }

  async deleteQueue(entity: Entity): Promise<void> {
    this.topology.deleting(entity);
    this.ledger.deleting(entity.name);
    await this.channel.deleteQueue(entity.name);
    this.topology.deleted(entity);
    this.ledger.deleted(entity.name);
    this.ledger.promised();
  }

  async deleteExchange(entity: Entity): Promise<void> {
    this.topology.deleting(entity);
    await this.channel.deleteExchange(entity.name);
    this.topology.deleted(entity);
    this.ledger.promised();
  }

  async bind(exchange: string, queue: string, key: string): Promise<void> {
    const binding = this.topology.rebinding(exchange, queue, key, 'there');
    await this.channel.bindQueue(queue, exchange, key);
    binding.existence = 'there';
    this.ledger.promised();
  }

  async unbind(exchange: string, queue: string, key: string): Promise<void> {
    const binding = this.topology.rebinding(exchange, queue, key, 'absent');
    await this.channel.unbindQueue(queue, exchange, key);
    binding.existence = 'absent';
    this.ledger.promised();
  }

  async purge(queue: string): Promise<void> {
    this.ledger.purging(queue);
    await this.channel.purgeQueue(queue);
  }
}
