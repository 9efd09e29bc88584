/**
 * The client with promises: amqplib's API, and Direct Mode.
 *
 *     import { connect } from 'directmq/client';
 *     const connection = await connect('amqp://localhost');
 */
export * from './client.ts';
/**
 * Programs for amqplib often say `import amqplib from 'amqplib'`, and use types as
 * `amqplib.Channel`.
 */
export * as default from './client.ts';
