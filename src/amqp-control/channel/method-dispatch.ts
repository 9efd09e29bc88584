import { connectionError } from '../../wire/protocol-error.ts';
import { COMMAND_INVALID } from '../../wire/reply-code.ts';
import type { Method } from '../../wire/spec.ts';
import type { Channel } from './channel.ts';
import { cancelConsumer, consume, get, setQos } from './consumer-methods.ts';
import { getFeed, putSink } from './direct-methods.ts';
import {
  bindExchange,
  declareExchange,
  deleteExchange,
  unbindExchange,
} from './exchange-methods.ts';
import { bindQueue, declareQueue, deleteQueue, purgeQueue, unbindQueue } from './queue-methods.ts';

/**
 * Carries out a method on an open channel.
 * @throws ProtocolError if it can't; the connection closes what the error's scope says
 */
export function dispatchMethod(channel: Channel, method: Method): void {
  switch (method.name) {
    case 'channel.flow':
      channel.setFlow(method.active);
      break;
    case 'channel.flow-ok':
      break;
    case 'access.request':
      channel.send({ name: 'access.request-ok', ticket: 1 });
      break;
    case 'exchange.declare':
      declareExchange(channel, method);
      break;
    case 'exchange.delete':
      deleteExchange(channel, method);
      break;
    case 'exchange.bind':
      bindExchange(channel, method);
      break;
    case 'exchange.unbind':
      unbindExchange(channel, method);
      break;
    case 'queue.declare':
      declareQueue(channel, method);
      break;
    case 'queue.bind':
      bindQueue(channel, method);
      break;
    case 'queue.unbind':
      unbindQueue(channel, method);
      break;
    case 'queue.purge':
      purgeQueue(channel, method);
      break;
    case 'queue.delete':
      deleteQueue(channel, method);
      break;
    case 'basic.qos':
      setQos(channel, method);
      break;
    case 'basic.consume':
      consume(channel, method);
      break;
    case 'basic.cancel':
      cancelConsumer(channel, method);
      break;
    case 'basic.cancel-ok':
      break;
    case 'basic.get':
      get(channel, method);
      break;
    case 'basic.ack':
      channel.settle(method.deliveryTag, method.multiple, 'ack');
      break;
    case 'basic.nack': {
      const settlement = method.requeue ? 'requeue' : 'reject';
      channel.settle(method.deliveryTag, method.multiple, settlement);
      break;
    }
    case 'basic.reject':
      channel.settle(method.deliveryTag, false, method.requeue ? 'requeue' : 'reject');
      break;
    case 'basic.recover-async':
      channel.recover(method.requeue);
      break;
    case 'basic.recover':
      channel.recover(method.requeue);
      channel.send({ name: 'basic.recover-ok' });
      break;
    case 'confirm.select':
      channel.selectConfirms(method.nowait);
      break;
    case 'tx.select':
      channel.selectTransaction();
      break;
    case 'tx.commit':
      channel.commit();
      break;
    case 'tx.rollback':
      channel.requireTransaction().rollback();
      channel.send({ name: 'tx.rollback-ok' });
      break;
    case 'direct.put':
      putSink(channel, method);
      break;
    case 'direct.get':
      getFeed(channel, method);
      break;
    default:
      throw connectionError(COMMAND_INVALID, `unexpected method ${method.name} from a client`);
  }
}
