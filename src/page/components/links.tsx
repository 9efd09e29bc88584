import { nameParts } from '../model/name-parts.ts';
import { formatRoute } from '../model/route.ts';

/** The default exchange has no name; an empty part of an address would be lost. */
const DEFAULT_EXCHANGE = 'amq.default';

/** A name of an object, which breaks between its words if it has to. */
export function Name({ name }: { readonly name: string }) {
  return (
    <span class="name">
      {nameParts(name).map((part, index) => [index > 0 && <wbr key={part} />, part])}
    </span>
  );
}

export function QueueLink({ vhost, name }: { readonly vhost: string; readonly name: string }) {
  return (
    <a href={formatRoute(['queues', vhost, name])}>
      <Name name={name} />
    </a>
  );
}

export function ExchangeLink({ vhost, name }: { readonly vhost: string; readonly name: string }) {
  return (
    <a href={formatRoute(['exchanges', vhost, name === '' ? DEFAULT_EXCHANGE : name])}>
      <Name name={name === '' ? '(default)' : name} />
    </a>
  );
}

export function ConnectionLink({ name }: { readonly name: string }) {
  return (
    <a href={formatRoute(['connections', name])}>
      <Name name={name} />
    </a>
  );
}
