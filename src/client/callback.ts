/**
 * The client with callbacks: the API of `amqplib/callback_api`, and Direct Mode.
 *
 *     import { connect } from 'directmq/client/callback';
 *     connect('amqp://localhost', (error, connection) => { … });
 */
export * from './callback-client.ts';
/** Programs for amqplib often import everything under one name. */
export * as default from './callback-client.ts';
