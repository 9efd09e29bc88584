import { writeTable } from './field-table-encode.js';
import * as id from './spec.js';
/** The readers of the methods' arguments, by the numbers of the methods. */
export const METHOD_READERS = new Map([
    [id.CONNECTION_START, readConnectionStart],
    [id.CONNECTION_START_OK, readConnectionStartOk],
    [id.CONNECTION_SECURE, readConnectionSecure],
    [id.CONNECTION_SECURE_OK, readConnectionSecureOk],
    [id.CONNECTION_TUNE, readConnectionTune],
    [id.CONNECTION_TUNE_OK, readConnectionTuneOk],
    [id.CONNECTION_OPEN, readConnectionOpen],
    [id.CONNECTION_OPEN_OK, readConnectionOpenOk],
    [id.CONNECTION_CLOSE, readConnectionClose],
    [id.CONNECTION_CLOSE_OK, readConnectionCloseOk],
    [id.CONNECTION_BLOCKED, readConnectionBlocked],
    [id.CONNECTION_UNBLOCKED, readConnectionUnblocked],
    [id.CONNECTION_UPDATE_SECRET, readConnectionUpdateSecret],
    [id.CONNECTION_UPDATE_SECRET_OK, readConnectionUpdateSecretOk],
    [id.CHANNEL_OPEN, readChannelOpen],
    [id.CHANNEL_OPEN_OK, readChannelOpenOk],
    [id.CHANNEL_FLOW, readChannelFlow],
    [id.CHANNEL_FLOW_OK, readChannelFlowOk],
    [id.CHANNEL_CLOSE, readChannelClose],
    [id.CHANNEL_CLOSE_OK, readChannelCloseOk],
    [id.ACCESS_REQUEST, readAccessRequest],
    [id.ACCESS_REQUEST_OK, readAccessRequestOk],
    [id.EXCHANGE_DECLARE, readExchangeDeclare],
    [id.EXCHANGE_DECLARE_OK, readExchangeDeclareOk],
    [id.EXCHANGE_DELETE, readExchangeDelete],
    [id.EXCHANGE_DELETE_OK, readExchangeDeleteOk],
    [id.EXCHANGE_BIND, readExchangeBind],
    [id.EXCHANGE_BIND_OK, readExchangeBindOk],
    [id.EXCHANGE_UNBIND, readExchangeUnbind],
    [id.EXCHANGE_UNBIND_OK, readExchangeUnbindOk],
    [id.QUEUE_DECLARE, readQueueDeclare],
    [id.QUEUE_DECLARE_OK, readQueueDeclareOk],
    [id.QUEUE_BIND, readQueueBind],
    [id.QUEUE_BIND_OK, readQueueBindOk],
    [id.QUEUE_PURGE, readQueuePurge],
    [id.QUEUE_PURGE_OK, readQueuePurgeOk],
    [id.QUEUE_DELETE, readQueueDelete],
    [id.QUEUE_DELETE_OK, readQueueDeleteOk],
    [id.QUEUE_UNBIND, readQueueUnbind],
    [id.QUEUE_UNBIND_OK, readQueueUnbindOk],
    [id.BASIC_QOS, readBasicQos],
    [id.BASIC_QOS_OK, readBasicQosOk],
    [id.BASIC_CONSUME, readBasicConsume],
    [id.BASIC_CONSUME_OK, readBasicConsumeOk],
    [id.BASIC_CANCEL, readBasicCancel],
    [id.BASIC_CANCEL_OK, readBasicCancelOk],
    [id.BASIC_PUBLISH, readBasicPublish],
    [id.BASIC_RETURN, readBasicReturn],
    [id.BASIC_DELIVER, readBasicDeliver],
    [id.BASIC_GET, readBasicGet],
    [id.BASIC_GET_OK, readBasicGetOk],
    [id.BASIC_GET_EMPTY, readBasicGetEmpty],
    [id.BASIC_ACK, readBasicAck],
    [id.BASIC_REJECT, readBasicReject],
    [id.BASIC_RECOVER_ASYNC, readBasicRecoverAsync],
    [id.BASIC_RECOVER, readBasicRecover],
    [id.BASIC_RECOVER_OK, readBasicRecoverOk],
    [id.BASIC_NACK, readBasicNack],
    [id.TX_SELECT, readTxSelect],
    [id.TX_SELECT_OK, readTxSelectOk],
    [id.TX_COMMIT, readTxCommit],
    [id.TX_COMMIT_OK, readTxCommitOk],
    [id.TX_ROLLBACK, readTxRollback],
    [id.TX_ROLLBACK_OK, readTxRollbackOk],
    [id.CONFIRM_SELECT, readConfirmSelect],
    [id.CONFIRM_SELECT_OK, readConfirmSelectOk],
    [id.DIRECT_PUT, readDirectPut],
    [id.DIRECT_PUT_OK, readDirectPutOk],
    [id.DIRECT_GET, readDirectGet],
    [id.DIRECT_GET_OK, readDirectGetOk],
]);
/** Writes a method's number and its arguments. */
export function writeMethod(w, m) {
    switch (m.name) {
        case 'connection.start':
            w.long(id.CONNECTION_START);
            w.octet(m.versionMajor);
            w.octet(m.versionMinor);
            writeTable(w, m.serverProperties ?? {});
            w.longstr(m.mechanisms);
            w.longstr(m.locales);
            return;
        case 'connection.start-ok':
            w.long(id.CONNECTION_START_OK);
            writeTable(w, m.clientProperties ?? {});
            w.shortstr(m.mechanism);
            w.longstr(m.response);
            w.shortstr(m.locale);
            return;
        case 'connection.secure':
            w.long(id.CONNECTION_SECURE);
            w.longstr(m.challenge);
            return;
        case 'connection.secure-ok':
            w.long(id.CONNECTION_SECURE_OK);
            w.longstr(m.response);
            return;
        case 'connection.tune':
            w.long(id.CONNECTION_TUNE);
            w.short(m.channelMax);
            w.long(m.frameMax);
            w.short(m.heartbeat);
            return;
        case 'connection.tune-ok':
            w.long(id.CONNECTION_TUNE_OK);
            w.short(m.channelMax);
            w.long(m.frameMax);
            w.short(m.heartbeat);
            return;
        case 'connection.open':
            w.long(id.CONNECTION_OPEN);
            w.shortstr(m.virtualHost);
            w.shortstr();
            w.octet();
            return;
        case 'connection.open-ok':
            w.long(id.CONNECTION_OPEN_OK);
            w.shortstr();
            return;
        case 'connection.close':
            w.long(id.CONNECTION_CLOSE);
            w.short(m.replyCode);
            w.shortstr(m.replyText);
            w.short(m.classId);
            w.short(m.methodId);
            return;
        case 'connection.close-ok':
            w.long(id.CONNECTION_CLOSE_OK);
            return;
        case 'connection.blocked':
            w.long(id.CONNECTION_BLOCKED);
            w.shortstr(m.reason);
            return;
        case 'connection.unblocked':
            w.long(id.CONNECTION_UNBLOCKED);
            return;
        case 'connection.update-secret':
            w.long(id.CONNECTION_UPDATE_SECRET);
            w.longstr(m.newSecret);
            w.shortstr(m.reason);
            return;
        case 'connection.update-secret-ok':
            w.long(id.CONNECTION_UPDATE_SECRET_OK);
            return;
        case 'channel.open':
            w.long(id.CHANNEL_OPEN);
            w.shortstr();
            return;
        case 'channel.open-ok':
            w.long(id.CHANNEL_OPEN_OK);
            w.longstr();
            return;
        case 'channel.flow':
            w.long(id.CHANNEL_FLOW);
            w.bits(m.active);
            return;
        case 'channel.flow-ok':
            w.long(id.CHANNEL_FLOW_OK);
            w.bits(m.active);
            return;
        case 'channel.close':
            w.long(id.CHANNEL_CLOSE);
            w.short(m.replyCode);
            w.shortstr(m.replyText);
            w.short(m.classId);
            w.short(m.methodId);
            return;
        case 'channel.close-ok':
            w.long(id.CHANNEL_CLOSE_OK);
            return;
        case 'access.request':
            w.long(id.ACCESS_REQUEST);
            w.shortstr(m.realm);
            w.bits(m.exclusive, m.passive, m.active, m.write, m.read);
            return;
        case 'access.request-ok':
            w.long(id.ACCESS_REQUEST_OK);
            w.short(m.ticket);
            return;
        case 'exchange.declare':
            w.long(id.EXCHANGE_DECLARE);
            w.short();
            w.shortstr(m.exchange);
            w.shortstr(m.type);
            w.bits(m.passive, m.durable, m.autoDelete, m.internal, m.nowait);
            writeTable(w, m.arguments ?? {});
            return;
        case 'exchange.declare-ok':
            w.long(id.EXCHANGE_DECLARE_OK);
            return;
        case 'exchange.delete':
            w.long(id.EXCHANGE_DELETE);
            w.short();
            w.shortstr(m.exchange);
            w.bits(m.ifUnused, m.nowait);
            return;
        case 'exchange.delete-ok':
            w.long(id.EXCHANGE_DELETE_OK);
            return;
        case 'exchange.bind':
            w.long(id.EXCHANGE_BIND);
            w.short();
            w.shortstr(m.destination);
            w.shortstr(m.source);
            w.shortstr(m.routingKey);
            w.bits(m.nowait);
            writeTable(w, m.arguments ?? {});
            return;
        case 'exchange.bind-ok':
            w.long(id.EXCHANGE_BIND_OK);
            return;
        case 'exchange.unbind':
            w.long(id.EXCHANGE_UNBIND);
            w.short();
            w.shortstr(m.destination);
            w.shortstr(m.source);
            w.shortstr(m.routingKey);
            w.bits(m.nowait);
            writeTable(w, m.arguments ?? {});
            return;
        case 'exchange.unbind-ok':
            w.long(id.EXCHANGE_UNBIND_OK);
            return;
        case 'queue.declare':
            w.long(id.QUEUE_DECLARE);
            w.short();
            w.shortstr(m.queue);
            w.bits(m.passive, m.durable, m.exclusive, m.autoDelete, m.nowait);
            writeTable(w, m.arguments ?? {});
            return;
        case 'queue.declare-ok':
            w.long(id.QUEUE_DECLARE_OK);
            w.shortstr(m.queue);
            w.long(m.messageCount);
            w.long(m.consumerCount);
            return;
        case 'queue.bind':
            w.long(id.QUEUE_BIND);
            w.short();
            w.shortstr(m.queue);
            w.shortstr(m.exchange);
            w.shortstr(m.routingKey);
            w.bits(m.nowait);
            writeTable(w, m.arguments ?? {});
            return;
        case 'queue.bind-ok':
            w.long(id.QUEUE_BIND_OK);
            return;
        case 'queue.purge':
            w.long(id.QUEUE_PURGE);
            w.short();
            w.shortstr(m.queue);
            w.bits(m.nowait);
            return;
        case 'queue.purge-ok':
            w.long(id.QUEUE_PURGE_OK);
            w.long(m.messageCount);
            return;
        case 'queue.delete':
            w.long(id.QUEUE_DELETE);
            w.short();
            w.shortstr(m.queue);
            w.bits(m.ifUnused, m.ifEmpty, m.nowait);
            return;
        case 'queue.delete-ok':
            w.long(id.QUEUE_DELETE_OK);
            w.long(m.messageCount);
            return;
        case 'queue.unbind':
            w.long(id.QUEUE_UNBIND);
            w.short();
            w.shortstr(m.queue);
            w.shortstr(m.exchange);
            w.shortstr(m.routingKey);
            writeTable(w, m.arguments ?? {});
            return;
        case 'queue.unbind-ok':
            w.long(id.QUEUE_UNBIND_OK);
            return;
        case 'basic.qos':
            w.long(id.BASIC_QOS);
            w.long(m.prefetchSize);
            w.short(m.prefetchCount);
            w.bits(m.global);
            return;
        case 'basic.qos-ok':
            w.long(id.BASIC_QOS_OK);
            return;
        case 'basic.consume':
            w.long(id.BASIC_CONSUME);
            w.short();
            w.shortstr(m.queue);
            w.shortstr(m.consumerTag);
            w.bits(m.noLocal, m.noAck, m.exclusive, m.nowait);
            writeTable(w, m.arguments ?? {});
            return;
        case 'basic.consume-ok':
            w.long(id.BASIC_CONSUME_OK);
            w.shortstr(m.consumerTag);
            return;
        case 'basic.cancel':
            w.long(id.BASIC_CANCEL);
            w.shortstr(m.consumerTag);
            w.bits(m.nowait);
            return;
        case 'basic.cancel-ok':
            w.long(id.BASIC_CANCEL_OK);
            w.shortstr(m.consumerTag);
            return;
        case 'basic.publish':
            w.long(id.BASIC_PUBLISH);
            w.short();
            w.shortstr(m.exchange);
            w.shortstr(m.routingKey);
            w.bits(m.mandatory, m.immediate);
            return;
        case 'basic.return':
            w.long(id.BASIC_RETURN);
            w.short(m.replyCode);
            w.shortstr(m.replyText);
            w.shortstr(m.exchange);
            w.shortstr(m.routingKey);
            return;
        case 'basic.deliver':
            w.long(id.BASIC_DELIVER);
            w.shortstr(m.consumerTag);
            w.longlong(m.deliveryTag);
            w.bits(m.redelivered);
            w.shortstr(m.exchange);
            w.shortstr(m.routingKey);
            return;
        case 'basic.get':
            w.long(id.BASIC_GET);
            w.short();
            w.shortstr(m.queue);
            w.bits(m.noAck);
            return;
        case 'basic.get-ok':
            w.long(id.BASIC_GET_OK);
            w.longlong(m.deliveryTag);
            w.bits(m.redelivered);
            w.shortstr(m.exchange);
            w.shortstr(m.routingKey);
            w.long(m.messageCount);
            return;
        case 'basic.get-empty':
            w.long(id.BASIC_GET_EMPTY);
            w.shortstr();
            return;
        case 'basic.ack':
            w.long(id.BASIC_ACK);
            w.longlong(m.deliveryTag);
            w.bits(m.multiple);
            return;
        case 'basic.reject':
            w.long(id.BASIC_REJECT);
            w.longlong(m.deliveryTag);
            w.bits(m.requeue);
            return;
        case 'basic.recover-async':
            w.long(id.BASIC_RECOVER_ASYNC);
            w.bits(m.requeue);
            return;
        case 'basic.recover':
            w.long(id.BASIC_RECOVER);
            w.bits(m.requeue);
            return;
        case 'basic.recover-ok':
            w.long(id.BASIC_RECOVER_OK);
            return;
        case 'basic.nack':
            w.long(id.BASIC_NACK);
            w.longlong(m.deliveryTag);
            w.bits(m.multiple, m.requeue);
            return;
        case 'tx.select':
            w.long(id.TX_SELECT);
            return;
        case 'tx.select-ok':
            w.long(id.TX_SELECT_OK);
            return;
        case 'tx.commit':
            w.long(id.TX_COMMIT);
            return;
        case 'tx.commit-ok':
            w.long(id.TX_COMMIT_OK);
            return;
        case 'tx.rollback':
            w.long(id.TX_ROLLBACK);
            return;
        case 'tx.rollback-ok':
            w.long(id.TX_ROLLBACK_OK);
            return;
        case 'confirm.select':
            w.long(id.CONFIRM_SELECT);
            w.bits(m.nowait);
            return;
        case 'confirm.select-ok':
            w.long(id.CONFIRM_SELECT_OK);
            return;
        case 'direct.put':
            w.long(id.DIRECT_PUT);
            w.shortstr(m.sink);
            return;
        case 'direct.put-ok':
            w.long(id.DIRECT_PUT_OK);
            w.shortstr(m.lease);
            return;
        case 'direct.get':
            w.long(id.DIRECT_GET);
            w.shortstr(m.feed);
            return;
        case 'direct.get-ok':
            w.long(id.DIRECT_GET_OK);
            w.shortstr(m.lease);
            return;
    }
}
function readConnectionStart(r) {
    const versionMajor = r.octet();
    const versionMinor = r.octet();
    const serverProperties = r.table();
    const mechanisms = r.longstr();
    const locales = r.longstr();
    return {
        name: 'connection.start',
        versionMajor,
        versionMinor,
        serverProperties,
        mechanisms,
        locales,
    };
}
function readConnectionStartOk(r) {
    const clientProperties = r.table();
    const mechanism = r.shortstr();
    const response = r.longstr();
    const locale = r.shortstr();
    return { name: 'connection.start-ok', clientProperties, mechanism, response, locale };
}
function readConnectionSecure(r) {
    const challenge = r.longstr();
    return { name: 'connection.secure', challenge };
}
function readConnectionSecureOk(r) {
    const response = r.longstr();
    return { name: 'connection.secure-ok', response };
}
function readConnectionTune(r) {
    const channelMax = r.short();
    const frameMax = r.long();
    const heartbeat = r.short();
    return { name: 'connection.tune', channelMax, frameMax, heartbeat };
}
function readConnectionTuneOk(r) {
    const channelMax = r.short();
    const frameMax = r.long();
    const heartbeat = r.short();
    return { name: 'connection.tune-ok', channelMax, frameMax, heartbeat };
}
function readConnectionOpen(r) {
    const virtualHost = r.shortstr();
    r.shortstr();
    r.octet();
    return { name: 'connection.open', virtualHost };
}
function readConnectionOpenOk(r) {
    r.shortstr();
    return { name: 'connection.open-ok' };
}
function readConnectionClose(r) {
    const replyCode = r.short();
    const replyText = r.shortstr();
    const classId = r.short();
    const methodId = r.short();
    return { name: 'connection.close', replyCode, replyText, classId, methodId };
}
function readConnectionCloseOk() {
    return { name: 'connection.close-ok' };
}
function readConnectionBlocked(r) {
    const reason = r.shortstr();
    return { name: 'connection.blocked', reason };
}
function readConnectionUnblocked() {
    return { name: 'connection.unblocked' };
}
function readConnectionUpdateSecret(r) {
    const newSecret = r.longstr();
    const reason = r.shortstr();
    return { name: 'connection.update-secret', newSecret, reason };
}
function readConnectionUpdateSecretOk() {
    return { name: 'connection.update-secret-ok' };
}
function readChannelOpen(r) {
    r.shortstr();
    return { name: 'channel.open' };
}
function readChannelOpenOk(r) {
    r.longstr();
    return { name: 'channel.open-ok' };
}
function readChannelFlow(r) {
    const bits = r.octet();
    return { name: 'channel.flow', active: (bits & 1) !== 0 };
}
function readChannelFlowOk(r) {
    const bits = r.octet();
    return { name: 'channel.flow-ok', active: (bits & 1) !== 0 };
}
function readChannelClose(r) {
    const replyCode = r.short();
    const replyText = r.shortstr();
    const classId = r.short();
    const methodId = r.short();
    return { name: 'channel.close', replyCode, replyText, classId, methodId };
}
function readChannelCloseOk() {
    return { name: 'channel.close-ok' };
}
function readAccessRequest(r) {
    const realm = r.shortstr();
    const bits = r.octet();
    return {
        name: 'access.request',
        realm,
        exclusive: (bits & 1) !== 0,
        passive: (bits & 2) !== 0,
        active: (bits & 4) !== 0,
        write: (bits & 8) !== 0,
        read: (bits & 16) !== 0,
    };
}
function readAccessRequestOk(r) {
    const ticket = r.short();
    return { name: 'access.request-ok', ticket };
}
function readExchangeDeclare(r) {
    r.short();
    const exchange = r.shortstr();
    const type = r.shortstr();
    const bits = r.octet();
    const table = r.table();
    return {
        name: 'exchange.declare',
        exchange,
        type,
        passive: (bits & 1) !== 0,
        durable: (bits & 2) !== 0,
        autoDelete: (bits & 4) !== 0,
        internal: (bits & 8) !== 0,
        nowait: (bits & 16) !== 0,
        arguments: table,
    };
}
function readExchangeDeclareOk() {
    return { name: 'exchange.declare-ok' };
}
function readExchangeDelete(r) {
    r.short();
    const exchange = r.shortstr();
    const bits = r.octet();
    return {
        name: 'exchange.delete',
        exchange,
        ifUnused: (bits & 1) !== 0,
        nowait: (bits & 2) !== 0,
    };
}
function readExchangeDeleteOk() {
    return { name: 'exchange.delete-ok' };
}
function readExchangeBind(r) {
    r.short();
    const destination = r.shortstr();
    const source = r.shortstr();
    const routingKey = r.shortstr();
    const bits = r.octet();
    const table = r.table();
    return {
        name: 'exchange.bind',
        destination,
        source,
        routingKey,
        nowait: (bits & 1) !== 0,
        arguments: table,
    };
}
function readExchangeBindOk() {
    return { name: 'exchange.bind-ok' };
}
function readExchangeUnbind(r) {
    r.short();
    const destination = r.shortstr();
    const source = r.shortstr();
    const routingKey = r.shortstr();
    const bits = r.octet();
    const table = r.table();
    return {
        name: 'exchange.unbind',
        destination,
        source,
        routingKey,
        nowait: (bits & 1) !== 0,
        arguments: table,
    };
}
function readExchangeUnbindOk() {
    return { name: 'exchange.unbind-ok' };
}
function readQueueDeclare(r) {
    r.short();
    const queue = r.shortstr();
    const bits = r.octet();
    const table = r.table();
    return {
        name: 'queue.declare',
        queue,
        passive: (bits & 1) !== 0,
        durable: (bits & 2) !== 0,
        exclusive: (bits & 4) !== 0,
        autoDelete: (bits & 8) !== 0,
        nowait: (bits & 16) !== 0,
        arguments: table,
    };
}
function readQueueDeclareOk(r) {
    const queue = r.shortstr();
    const messageCount = r.long();
    const consumerCount = r.long();
    return { name: 'queue.declare-ok', queue, messageCount, consumerCount };
}
function readQueueBind(r) {
    r.short();
    const queue = r.shortstr();
    const exchange = r.shortstr();
    const routingKey = r.shortstr();
    const bits = r.octet();
    const table = r.table();
    return {
        name: 'queue.bind',
        queue,
        exchange,
        routingKey,
        nowait: (bits & 1) !== 0,
        arguments: table,
    };
}
function readQueueBindOk() {
    return { name: 'queue.bind-ok' };
}
function readQueuePurge(r) {
    r.short();
    const queue = r.shortstr();
    const bits = r.octet();
    return { name: 'queue.purge', queue, nowait: (bits & 1) !== 0 };
}
function readQueuePurgeOk(r) {
    const messageCount = r.long();
    return { name: 'queue.purge-ok', messageCount };
}
function readQueueDelete(r) {
    r.short();
    const queue = r.shortstr();
    const bits = r.octet();
    return {
        name: 'queue.delete',
        queue,
        ifUnused: (bits & 1) !== 0,
        ifEmpty: (bits & 2) !== 0,
        nowait: (bits & 4) !== 0,
    };
}
function readQueueDeleteOk(r) {
    const messageCount = r.long();
    return { name: 'queue.delete-ok', messageCount };
}
function readQueueUnbind(r) {
    r.short();
    const queue = r.shortstr();
    const exchange = r.shortstr();
    const routingKey = r.shortstr();
    const table = r.table();
    return { name: 'queue.unbind', queue, exchange, routingKey, arguments: table };
}
function readQueueUnbindOk() {
    return { name: 'queue.unbind-ok' };
}
function readBasicQos(r) {
    const prefetchSize = r.long();
    const prefetchCount = r.short();
    const bits = r.octet();
    return { name: 'basic.qos', prefetchSize, prefetchCount, global: (bits & 1) !== 0 };
}
function readBasicQosOk() {
    return { name: 'basic.qos-ok' };
}
function readBasicConsume(r) {
    r.short();
    const queue = r.shortstr();
    const consumerTag = r.shortstr();
    const bits = r.octet();
    const table = r.table();
    return {
        name: 'basic.consume',
        queue,
        consumerTag,
        noLocal: (bits & 1) !== 0,
        noAck: (bits & 2) !== 0,
        exclusive: (bits & 4) !== 0,
        nowait: (bits & 8) !== 0,
        arguments: table,
    };
}
function readBasicConsumeOk(r) {
    const consumerTag = r.shortstr();
    return { name: 'basic.consume-ok', consumerTag };
}
function readBasicCancel(r) {
    const consumerTag = r.shortstr();
    const bits = r.octet();
    return { name: 'basic.cancel', consumerTag, nowait: (bits & 1) !== 0 };
}
function readBasicCancelOk(r) {
    const consumerTag = r.shortstr();
    return { name: 'basic.cancel-ok', consumerTag };
}
function readBasicPublish(r) {
    r.short();
    const exchange = r.shortstr();
    const routingKey = r.shortstr();
    const bits = r.octet();
    return {
        name: 'basic.publish',
        exchange,
        routingKey,
        mandatory: (bits & 1) !== 0,
        immediate: (bits & 2) !== 0,
    };
}
function readBasicReturn(r) {
    const replyCode = r.short();
    const replyText = r.shortstr();
    const exchange = r.shortstr();
    const routingKey = r.shortstr();
    return { name: 'basic.return', replyCode, replyText, exchange, routingKey };
}
function readBasicDeliver(r) {
    const consumerTag = r.shortstr();
    const deliveryTag = r.longlong();
    const bits = r.octet();
    const exchange = r.shortstr();
    const routingKey = r.shortstr();
    return {
        name: 'basic.deliver',
        consumerTag,
        deliveryTag,
        redelivered: (bits & 1) !== 0,
        exchange,
        routingKey,
    };
}
function readBasicGet(r) {
    r.short();
    const queue = r.shortstr();
    const bits = r.octet();
    return { name: 'basic.get', queue, noAck: (bits & 1) !== 0 };
}
function readBasicGetOk(r) {
    const deliveryTag = r.longlong();
    const bits = r.octet();
    const exchange = r.shortstr();
    const routingKey = r.shortstr();
    const messageCount = r.long();
    return {
        name: 'basic.get-ok',
        deliveryTag,
        redelivered: (bits & 1) !== 0,
        exchange,
        routingKey,
        messageCount,
    };
}
function readBasicGetEmpty(r) {
    r.shortstr();
    return { name: 'basic.get-empty' };
}
function readBasicAck(r) {
    const deliveryTag = r.longlong();
    const bits = r.octet();
    return { name: 'basic.ack', deliveryTag, multiple: (bits & 1) !== 0 };
}
function readBasicReject(r) {
    const deliveryTag = r.longlong();
    const bits = r.octet();
    return { name: 'basic.reject', deliveryTag, requeue: (bits & 1) !== 0 };
}
function readBasicRecoverAsync(r) {
    const bits = r.octet();
    return { name: 'basic.recover-async', requeue: (bits & 1) !== 0 };
}
function readBasicRecover(r) {
    const bits = r.octet();
    return { name: 'basic.recover', requeue: (bits & 1) !== 0 };
}
function readBasicRecoverOk() {
    return { name: 'basic.recover-ok' };
}
function readBasicNack(r) {
    const deliveryTag = r.longlong();
    const bits = r.octet();
    return { name: 'basic.nack', deliveryTag, multiple: (bits & 1) !== 0, requeue: (bits & 2) !== 0 };
}
function readTxSelect() {
    return { name: 'tx.select' };
}
function readTxSelectOk() {
    return { name: 'tx.select-ok' };
}
function readTxCommit() {
    return { name: 'tx.commit' };
}
function readTxCommitOk() {
    return { name: 'tx.commit-ok' };
}
function readTxRollback() {
    return { name: 'tx.rollback' };
}
function readTxRollbackOk() {
    return { name: 'tx.rollback-ok' };
}
function readConfirmSelect(r) {
    const bits = r.octet();
    return { name: 'confirm.select', nowait: (bits & 1) !== 0 };
}
function readConfirmSelectOk() {
    return { name: 'confirm.select-ok' };
}
function readDirectPut(r) {
    const sink = r.shortstr();
    return { name: 'direct.put', sink };
}
function readDirectPutOk(r) {
    const lease = r.shortstr();
    return { name: 'direct.put-ok', lease };
}
function readDirectGet(r) {
    const feed = r.shortstr();
    return { name: 'direct.get', feed };
}
function readDirectGetOk(r) {
    const lease = r.shortstr();
    return { name: 'direct.get-ok', lease };
}
//# sourceMappingURL=method-codec.js.map