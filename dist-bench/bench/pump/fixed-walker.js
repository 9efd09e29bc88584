import { STAMP_OCTETS } from './stamp.js';
/** Deliveries that all have the same size: counted by octets, unless stamps are to be checked. */
export class FixedWalker {
    headOctets;
    messages = 0;
    #messageOctets;
    #bodyAt;
    #stamps;
    /** Octets seen (without stamps), or still to come of the current message (with). */
    #octets = 0;
    constructor(messageOctets, bodyAt, stamps) {
        this.#messageOctets = messageOctets;
        this.#bodyAt = bodyAt;
        this.#stamps = stamps;
        this.headOctets = stamps === null ? 1 : bodyAt + STAMP_OCTETS;
    }
    walk(b, from, to, arrivalNs) {
        if (this.#stamps !== null)
            return this.#walkStamped(b, from, to, arrivalNs, this.#stamps);
        this.#octets += to - from;
        this.messages = Math.floor(this.#octets / this.#messageOctets);
        return to;
    }
    #walkStamped(b, from, to, arrivalNs, stamps) {
        let at = from + Math.min(this.#octets, to - from);
        this.#octets -= at - from;
        while (to - at >= this.headOctets) {
            stamps.check(b, at + this.#bodyAt, arrivalNs);
            this.messages++;
            const end = at + this.#messageOctets;
            at = Math.min(end, to);
            this.#octets = end - at;
        }
        return at;
    }
}
//# sourceMappingURL=fixed-walker.js.map