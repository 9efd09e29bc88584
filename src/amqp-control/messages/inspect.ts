import type { MessageView } from '../../wire/message-view.ts';
import { shortstrText } from '../../wire/octets.ts';
import {
  FLAG_DELIVERY_MODE,
  FLAG_EXPIRATION,
  FLAG_PRIORITY,
  propertyAt,
} from '../../wire/properties.ts';
import { NO_EXPIRATION } from '../queues/publication.ts';

/** Longest expiration accepted, in milliseconds: RabbitMQ's limit, 2^32 - 1. */
const EXPIRATION_MAX_MS = 0xffffffff;

/** Values of the property delivery-mode. */
export const TRANSIENT = 1;
export const PERSISTENT = 2;

/** The delivery-mode property, TRANSIENT if absent. */
export function readDeliveryMode(view: MessageView): number {
  const at = propertyAt(view.envelope, view.propertiesAt, FLAG_DELIVERY_MODE);
  return at < 0 ? TRANSIENT : view.envelope[at];
}

/** The priority property, 0 if absent. */
export function readPriority(view: MessageView): number {
  const at = propertyAt(view.envelope, view.propertiesAt, FLAG_PRIORITY);
  return at < 0 ? 0 : view.envelope[at];
}

/**
 * The expiration property in milliseconds: NO_EXPIRATION if absent, NaN if it isn't a number of
 * milliseconds.
 */
export function readExpirationMs(view: MessageView): number {
  const at = propertyAt(view.envelope, view.propertiesAt, FLAG_EXPIRATION);
  if (at < 0) return NO_EXPIRATION;
  const text = shortstrText(view.envelope, at);
  const milliseconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return milliseconds <= EXPIRATION_MAX_MS ? milliseconds : Number.NaN;
}
