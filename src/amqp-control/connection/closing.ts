import { connectionError, type ProtocolError } from '../../wire/protocol-error.ts';
import { CHANNEL_ERROR } from '../../wire/reply-code.ts';

/**
 * How long a client may take to answer our Connection.Close before the socket is closed, in
 * milliseconds.
 */
export const CLOSE_TIMEOUT_MS = 5000;

/** The error for a method or content on a channel that the client has not opened. */
export function notOpen(channel: number): ProtocolError {
  return connectionError(CHANNEL_ERROR, `channel ${channel} is not open: expected 'channel.open'`);
}
