import { describe, expect, it } from 'vitest';
import type { PolicyKind, PolicyRequest } from '../../src/amqp-control/topology/policy.ts';
import { isOracle } from '../support/broker.ts';
import { depthReaches, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe.skipIf(isOracle)('policies (not settable on an oracle)', () => {
  const session = useBroker();

  function put(definition: PolicyRequest['definition'], kind: PolicyKind = 'policy') {
    session.administer(({ vhostBook }) =>
      vhostBook.get('/').policies.put(kind, {
        name: `${kind} of the test`,
        pattern: '^ruled',
        applyTo: 'all',
        priority: 0,
        definition,
      }),
    );
  }

  function clear(kind: PolicyKind = 'policy') {
    session.administer(({ vhostBook }) =>
      vhostBook.get('/').policies.delete(kind, `${kind} of the test`),
    );
  }

  it('shorten a queue that is too long at once, and those declared later', async () => {
    const channel = await session.channel();
    await channel.assertQueue('ruled-old');
    await channel.assertQueue('free');
    for (const queue of ['ruled-old', 'free']) {
      for (const text of ['1', '2', '3']) send(channel, '', queue, text);
      await depthReaches(channel, queue, 3);
    }
    put({ 'max-length': 2 });
    expect(await drainTexts(channel, 'ruled-old')).toEqual(['2', '3']);
    expect(await drainTexts(channel, 'free')).toEqual(['1', '2', '3']);
    await channel.assertQueue('ruled-new');
    for (const text of ['1', '2', '3']) send(channel, '', 'ruled-new', text);
    expect(await drainTexts(channel, 'ruled-new')).toEqual(['2', '3']);
  });

  it('no longer apply when they are deleted', async () => {
    const channel = await session.channel();
    put({ 'max-length': 1 });
    await channel.assertQueue('ruled');
    clear();
    for (const text of ['1', '2', '3']) send(channel, '', 'ruled', text);
    expect(await drainTexts(channel, 'ruled')).toEqual(['1', '2', '3']);
  });

  it('do not loosen what a queue was declared with, nor tighten less than it', async () => {
    const channel = await session.channel();
    await channel.assertQueue('ruled-1', { maxLength: 1 });
    await channel.assertQueue('ruled-3', { maxLength: 3 });
    put({ 'max-length': 2 });
    for (const queue of ['ruled-1', 'ruled-3']) {
      for (const text of ['1', '2', '3']) send(channel, '', queue, text);
    }
    expect(await drainTexts(channel, 'ruled-1')).toEqual(['3']);
    expect(await drainTexts(channel, 'ruled-3')).toEqual(['2', '3']);
  });

  it('dead-letter where the queue itself does not say where to', async () => {
    const channel = await session.channel();
    await channel.assertQueue('dead');
    await channel.assertQueue('ruled', { messageTtl: 0 });
    put({ 'dead-letter-exchange': '', 'dead-letter-routing-key': 'dead' });
    send(channel, '', 'ruled', 'expired');
    await depthReaches(channel, 'dead', 1);
    await channel.assertQueue('own');
    await channel.assertQueue('ruled-own', {
      messageTtl: 0,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'own',
    });
    send(channel, '', 'ruled-own', 'expired');
    await depthReaches(channel, 'own', 1);
  });

  it('expire messages that come later, and delete queues that nobody uses', async () => {
    const channel = await session.channel();
    await channel.assertQueue('ruled');
    send(channel, '', 'ruled', 'old');
    await depthReaches(channel, 'ruled', 1);
    put({ 'message-ttl': 0 });
    send(channel, '', 'ruled', 'new');
    expect(await drainTexts(channel, 'ruled')).toEqual(['old']);
    put({ expires: 1 });
    const exists = () => session.administer(({ vhostBook }) => vhostBook.get('/').queues.size);
    await waitFor('the queue to be gone', async () => exists() === 0);
  });

  it('refuse what a full queue cannot take', async () => {
    const channel = await session.confirmChannel();
    await channel.assertQueue('ruled');
    put({ 'max-length': 1, overflow: 'reject-publish' });
    channel.sendToQueue('ruled', Buffer.from('1'));
    const refused = new Promise((resolve) =>
      channel.sendToQueue('ruled', Buffer.from('2'), {}, (error) => resolve(error)),
    );
    expect(await refused).toBeInstanceOf(Error);
    expect(await drainTexts(channel, 'ruled')).toEqual(['1']);
  });

  it('give exchanges an alternate, unless they were declared with one', async () => {
    const channel = await session.channel();
    await channel.assertExchange('alternate', 'fanout');
    await channel.assertExchange('other', 'fanout');
    await channel.assertExchange('ruled', 'direct');
    await channel.assertExchange('ruled-own', 'direct', { alternateExchange: 'other' });
    await channel.assertQueue('by-policy');
    await channel.assertQueue('by-argument');
    await channel.bindQueue('by-policy', 'alternate', '');
    await channel.bindQueue('by-argument', 'other', '');
    send(channel, 'ruled', 'nowhere', 'before');
    await channel.checkQueue('by-policy');
    put({ 'alternate-exchange': 'alternate' });
    send(channel, 'ruled', 'nowhere', 'under the policy');
    send(channel, 'ruled-own', 'nowhere', 'own');
    expect(await drainTexts(channel, 'by-policy')).toEqual(['under the policy']);
    expect(await drainTexts(channel, 'by-argument')).toEqual(['own']);
    clear();
    send(channel, 'ruled', 'nowhere', 'after');
    expect(await drainTexts(channel, 'by-policy')).toEqual([]);
  });

  it('of operators bound what others, and arguments, allow', async () => {
    const channel = await session.channel();
    await channel.assertQueue('ruled', { maxLength: 9 });
    put({ 'max-length': 8 });
    put({ 'max-length': 2 }, 'operator policy');
    for (const text of ['1', '2', '3']) send(channel, '', 'ruled', text);
    expect(await drainTexts(channel, 'ruled')).toEqual(['2', '3']);
  });

  it('do not make a declaration with the same arguments another one', async () => {
    const channel = await session.channel();
    await channel.assertQueue('ruled', { maxLength: 9 });
    put({ 'max-length': 2 });
    await channel.assertQueue('ruled', { maxLength: 9 });
  });
});
