import type { MessageView } from './message-view.ts';
import { copyOctets, shortstrEnd } from './octets.ts';

/**
 * A message's envelope as it is kept: exchange and routing key as short strings, then the
 * properties from their flags word on.
 */

/** Octets of the view's envelope, its parts put together. */
export function envelopeOctets(view: MessageView): number {
  const { envelope } = view;
  return (
    shortstrEnd(envelope, view.exchangeAt) -
    view.exchangeAt +
    (shortstrEnd(envelope, view.routingKeyAt) - view.routingKeyAt) +
    (view.propertiesEnd - view.propertiesAt)
  );
}

/** Writes the view's envelope at `at`. @returns the offset behind it */
export function writeEnvelope(view: MessageView, target: Buffer, at: number): number {
  const source = view.envelope;
  const exchangeEnd = shortstrEnd(source, view.exchangeAt);
  const routingKeyTo = at + exchangeEnd - view.exchangeAt;
  copyOctets(source, view.exchangeAt, exchangeEnd, target, at);
  const routingKeyEnd = shortstrEnd(source, view.routingKeyAt);
  const propertiesTo = routingKeyTo + routingKeyEnd - view.routingKeyAt;
  copyOctets(source, view.routingKeyAt, routingKeyEnd, target, routingKeyTo);
  copyOctets(source, view.propertiesAt, view.propertiesEnd, target, propertiesTo);
  return propertiesTo + view.propertiesEnd - view.propertiesAt;
}

/** Points the view at the envelope that lies in `octets` from `at` to `end`. */
export function viewEnvelope(view: MessageView, octets: Buffer, at: number, end: number): void {
  const routingKeyAt = shortstrEnd(octets, at);
  view.envelope = octets;
  view.exchangeAt = at;
  view.routingKeyAt = routingKeyAt;
  view.propertiesAt = shortstrEnd(octets, routingKeyAt);
  view.propertiesEnd = end;
}
