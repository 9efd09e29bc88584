const NO_OCTETS = Buffer.alloc(0);
/**
 * Where the parts of one message lie, whoever's octets they are.
 *
 * One view is reused for every message of its owner: it is valid only during the call it is passed
 * to, and so are the octets it points at, except the body when `bodyOwned` is set. The octets
 * of a message are immutable: whoever wants to change something writes new octets elsewhere.
 */
export class MessageView {
    /** Holds the two names and the properties. */
    envelope = NO_OCTETS;
    /** Offset in `envelope` of the exchange name, a short string. */
    exchangeAt = 0;
    /** Offset in `envelope` of the routing key, a short string. */
    routingKeyAt = 0;
    /**
     * Offset in `envelope` of the property flags, which the properties follow. The names need not lie
     * next to them.
     */
    propertiesAt = 0;
    /** Offset in `envelope` behind the last property. */
    propertiesEnd = 0;
    /** Holds the body; may be the same Buffer as `envelope`. */
    body = NO_OCTETS;
    /** Offset in `body` of the body's first octet. */
    bodyAt = 0;
    /** Octets of the body. */
    bodySize = 0;
    /** Whether the body may be kept by reference, because nobody will overwrite its octets. */
    bodyOwned = false;
}
//# sourceMappingURL=message-view.js.map