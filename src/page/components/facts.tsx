import type { ComponentChildren } from 'preact';

/** Names and values of one thing. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [string, ComponentChildren])[];
}) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How many there are of several kinds of things, in one line. */
export function Counts({
  counts,
}: {
  readonly counts: readonly {
    readonly name: string;
    readonly value: string;
    readonly href?: string;
  }[];
}) {
  return (
    <dl class="counts">
      {counts.map(({ name, value, href }) => (
        <div key={name}>
          <dt>{href === undefined ? name : <a href={href}>{name}</a>}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One large figure. */
export function Figure({
  name,
  value,
  note,
  tone,
  href,
}: {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly tone?: 'in' | 'out' | 'alert';
  readonly href?: string;
}) {
  return (
    <div class={tone === undefined ? 'big' : `big ${tone}`}>
      <dt>
        {href === undefined ? (
          name
        ) : (
          <a class="plain" href={href}>
            {name}
          </a>
        )}
      </dt>
      <dd>
        {value}
        {note !== undefined && <small class="muted">{note}</small>}
      </dd>
    </div>
  );
}
