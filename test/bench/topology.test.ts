import { describe, expect, it } from 'vitest';
import { encodeBlock, encodeDirect, fillerBody } from '../../bench/workload/encode.ts';
import { topologyOf } from '../../bench/workload/topology.ts';

describe('a topology', () => {
  it.each([
    ['1P-1C', [1, 1, 1, 1]],
    ['1P-8C', [1, 1, 8, 8]],
    ['4P-4C', [4, 4, 4, 1]],
    ['8P-1C', [1, 8, 1, 1]],
    ['topic-10000', [1, 1, 1, 1]],
  ])('%s has exchanges, publishers, consumers and copies %j', (name, expected) => {
    const { exchanges, publishers, consumers } = topologyOf(name);
    const { copies } = publishers[0];
    expect([exchanges.length, publishers.length, consumers.length, copies]).toEqual(expected);
  });

  it('has as many topic bindings as its name says, and 1,000 keys of one length', () => {
    const { publishers, consumers } = topologyOf('topic-10000');
    expect(new Set(consumers[0].bindings.map(({ pattern }) => pattern)).size).toBe(10_000);
    expect(new Set(publishers[0].routingKeys).size).toBe(1000);
    expect(new Set(publishers[0].routingKeys.map((key) => key.length)).size).toBe(1);
  });

  it('has as many keys as its name says', () => {
    const [{ routingKeys }] = topologyOf('topic-10000-10keys').publishers;
    expect(new Set(routingKeys).size).toBe(10);
    expect(() => topologyOf('topic-10-100keys')).toThrow('topic-10-100keys');
  });

  it('has its keys in an order that does not tell the next one, the same each time', () => {
    const [{ routingKeys }] = topologyOf('topic-1000-random').publishers;
    const successors = routingKeys.slice(0, -1).flatMap((key, i) => {
      return key === routingKeys[0] ? [routingKeys[i + 1]] : [];
    });
    expect(new Set(routingKeys).size).toBe(1000);
    expect(new Set(successors).size).toBeGreaterThan(successors.length / 2);
    expect(topologyOf('topic-1000-random').publishers[0].routingKeys).toEqual(routingKeys);
  });

  it('refuses names that mean nothing, and says what there is', () => {
    expect(() => topologyOf('2P-3C')).toThrow('there are 1P-1C');
    expect(() => topologyOf('topic-0')).toThrow('topic-0');
  });
});

describe('a block of messages', () => {
  it('holds 51-octet contents for 16-octet bodies, whole and back to back', () => {
    const [{ exchange, routingKeys }] = topologyOf('1P-1C').publishers;
    const block = encodeBlock(routingKeys, (key) => encodeDirect(exchange, key, fillerBody(16)));
    expect([block.messageOctets, block.bodyAt]).toEqual([51, 35]);
    expect(block.octets.length % 51).toBe(0);
    expect(block.octets.subarray(35, 51).toString()).toBe('x'.repeat(16));
  });

  it('refuses messages of different sizes', () => {
    const encode = (key: string) => encodeDirect('exchange', key, fillerBody(16));
    expect(() => encodeBlock(['a', 'bb'], encode)).toThrow('same size');
  });
});
