/**
 * What the types of amqplib leave open: programs written for them read such values without a check,
 * which `unknown` would refuse.
 */
// biome-ignore lint/suspicious/noExplicitAny: amqplib's own types say `any` in these places
export type Open = any;
