import { encodeBlock, encodeDirect, encodePublish, fillerBody } from '../workload/encode.js';
import { AmqpSession } from './amqp-session.js';
import { openDirect } from './direct-connection.js';
const CONSUMER_TAG = 'bench';
/** Opens a workload on an AMQP 0-9-1 broker, by way of DMP where the paths say so. */
export async function openAmqpWorkload(host, port, workload, paths) {
    const opener = new WorkloadOpener(host, port, workload, await AmqpSession.open(host, port));
    await opener.declare(paths.consumer === 'direct');
    const consumers = [];
    for (const plan of workload.topology.consumers) {
        consumers.push(paths.consumer === 'direct' ? await opener.feed(plan) : await opener.consumer(plan));
    }
    const publishers = [];
    for (const plan of workload.topology.publishers) {
        publishers.push(paths.publisher === 'direct' ? await opener.sink(plan) : await opener.publisher(plan));
    }
    return { consumers, publishers, close: () => opener.close() };
}
class WorkloadOpener {
    #host;
    #port;
    #workload;
    #topology;
    /** Declares and holds the leases: they live as long as it. */
    #control;
    constructor(host, port, workload, control) {
        this.#host = host;
        this.#port = port;
        this.#workload = workload;
        this.#topology = workload.topology;
        this.#control = control;
    }
    /** @param exclusive whether the queues are private, as feeds must be */
    async declare(exclusive) {
        const control = this.#control;
        for (const { name, type } of this.#topology.exchanges) {
            await control.call({ name: 'exchange.declare', exchange: name, type }, 'exchange.declare-ok');
        }
        for (const { queue, bindings } of this.#topology.consumers) {
            await control.call({ name: 'queue.declare', queue, exclusive }, 'queue.declare-ok');
            const last = bindings.length - 1;
            for (const [index, { exchange, pattern: routingKey }] of bindings.entries()) {
                const nowait = index < last;
                control.send({ name: 'queue.bind', queue, exchange, routingKey, nowait });
            }
            await control.reply('queue.bind-ok');
        }
    }
    async consumer(plan) {
        const session = await this.#session();
        const prefetchCount = this.#workload.prefetch;
        if (prefetchCount > 0)
            await session.call({ name: 'basic.qos', prefetchCount }, 'basic.qos-ok');
        await consume(session, plan.queue, prefetchCount === 0);
        // Half a window is acknowledged at a time: the other half is under way meanwhile.
        const ackEveryMessages = Math.ceil(prefetchCount / 2);
        const framing = { kind: 'frames', ackEveryMessages };
        return { socket: session.dialogue.handOver(), framing };
    }
    async feed(plan) {
        const control = this.#control;
        const { lease } = await control.call({ name: 'direct.get', feed: plan.queue }, 'direct.get-ok');
        const socket = await this.#openDirect(lease);
        await consume(control, plan.queue, true);
        const { messageOctets, bodyAt } = this.#contents(this.#topology.publishers[0]);
        return { socket, framing: { kind: 'contents', contentOctets: messageOctets, bodyAt } };
    }
    async publisher(plan) {
        const session = await this.#session();
        if (this.#workload.confirmWindow > 0) {
            await session.call({ name: 'confirm.select' }, 'confirm.select-ok');
        }
        const body = fillerBody(this.#workload.bodyOctets);
        const block = encodeBlock(plan.routingKeys, (routingKey) => encodePublish(plan.exchange, routingKey, body, session.frameMax));
        return { socket: session.dialogue.handOver(), block, plan };
    }
    async sink(plan) {
        const put = { name: 'direct.put', sink: plan.exchange };
        const { lease } = await this.#control.call(put, 'direct.put-ok');
        return { socket: await this.#openDirect(lease), block: this.#contents(plan), plan };
    }
    async close() {
        const control = this.#control;
        for (const { queue } of this.#topology.consumers) {
            await control.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
        }
        for (const { name } of this.#topology.exchanges) {
            await control.call({ name: 'exchange.delete', exchange: name }, 'exchange.delete-ok');
        }
        await control.close();
    }
    #session() {
        return AmqpSession.open(this.#host, this.#port);
    }
    async #openDirect(lease) {
        return (await openDirect(this.#host, this.#port, lease)).handOver();
    }
    #contents(plan) {
        const body = fillerBody(this.#workload.bodyOctets);
        return encodeBlock(plan.routingKeys, (key) => encodeDirect(plan.exchange, key, body));
    }
}
async function consume(session, queue, noAck) {
    await session.call({ name: 'basic.consume', queue, consumerTag: CONSUMER_TAG, noAck }, 'basic.consume-ok');
}
//# sourceMappingURL=amqp-workload.js.map