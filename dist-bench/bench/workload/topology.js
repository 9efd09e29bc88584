import { ArgumentError } from '../lib/arguments.js';
export const TOPOLOGY_FORMS = '1P-1C, 1P-8C, 4P-4C, 8P-1C (any numbers), topic-10000 (any number)';
/** Distinct routing keys of a topic topology, if it has as many bindings. */
const TOPIC_KEYS_MAX = 1000;
const ROUTING_KEY = 'bench.0';
/**
 * The topology of that name:
 * - `1P-nC` one publisher, a fanout exchange, n consumers that each get everything
 * - `nP-nC` n times one publisher, its direct exchange, one consumer
 * - `nP-1C` n publishers, one direct exchange, one consumer
 * - `topic-n` one publisher with up to 1,000 keys, n bindings on a topic exchange, one consumer
 * @throws ArgumentError if the name has none of these forms
 */
export function topologyOf(name) {
    const topic = /^topic-([1-9]\d{0,5})$/.exec(name);
    if (topic !== null)
        return topicTopology(name, Number(topic[1]));
    const counts = /^([1-9]\d{0,2})P-([1-9]\d{0,2})C$/.exec(name);
    if (counts !== null) {
        const publishers = Number(counts[1]);
        const consumers = Number(counts[2]);
        if (publishers === consumers)
            return pairedTopology(name, publishers);
        if (publishers === 1)
            return fanoutTopology(name, consumers);
        if (consumers === 1)
            return fanInTopology(name, publishers);
    }
    throw new ArgumentError(`There is no topology '${name}'; there are ${TOPOLOGY_FORMS}`);
}
/** 16-octet bodies make contents of 51 octets with these names. */
function exchangeName(index) {
    return `bench.exchange.${index}`;
}
function queueName(index) {
    return `bench.queue.${index}`;
}
function boundQueue(index, exchange) {
    return { queue: queueName(index), bindings: [{ exchange, pattern: ROUTING_KEY }] };
}
function pairedTopology(name, pairs) {
    const names = Array.from({ length: pairs }, (_, index) => exchangeName(index));
    return {
        name,
        exchanges: names.map((exchange) => ({ name: exchange, type: 'direct' })),
        publishers: names.map((exchange) => ({ exchange, routingKeys: [ROUTING_KEY], copies: 1 })),
        consumers: names.map((exchange, index) => boundQueue(index, exchange)),
    };
}
function fanoutTopology(name, consumers) {
    const exchange = exchangeName(0);
    return {
        name,
        exchanges: [{ name: exchange, type: 'fanout' }],
        publishers: [{ exchange, routingKeys: [ROUTING_KEY], copies: consumers }],
        consumers: Array.from({ length: consumers }, (_, index) => boundQueue(index, exchange)),
    };
}
function fanInTopology(name, publishers) {
    const exchange = exchangeName(0);
    const publisher = { exchange, routingKeys: [ROUTING_KEY], copies: 1 };
    return {
        name,
        exchanges: [{ name: exchange, type: 'direct' }],
        publishers: Array.from({ length: publishers }, () => publisher),
        consumers: [boundQueue(0, exchange)],
    };
}
/** Each key matches one binding; a third of the bindings are exact, the others have wildcards. */
function topicTopology(name, bindings) {
    const exchange = exchangeName(0);
    const keys = Math.min(bindings, TOPIC_KEYS_MAX);
    const step = Math.floor(bindings / keys);
    const patterns = Array.from({ length: bindings }, (_, index) => topicPattern(index));
    return {
        name,
        exchanges: [{ name: exchange, type: 'topic' }],
        publishers: [
            {
                exchange,
                routingKeys: Array.from({ length: keys }, (_, index) => topicKey(index * step)),
                copies: 1,
            },
        ],
        consumers: [
            { queue: queueName(0), bindings: patterns.map((pattern) => ({ exchange, pattern })) },
        ],
    };
}
function topicKey(index) {
    return `quote.${topicWord(index)}.eur`;
}
function topicPattern(index) {
    const word = topicWord(index);
    const forms = [topicKey(index), `quote.${word}.*`, `*.${word}.#`];
    return forms[index % forms.length];
}
function topicWord(index) {
    return String(index).padStart(6, '0');
}
//# sourceMappingURL=topology.js.map