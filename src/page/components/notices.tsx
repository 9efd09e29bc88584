import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Poll } from '../api/use-poll.ts';
import { Icon } from './icon.tsx';

/** What a view says while it has nothing to show, or when what it shows is old. */
export function PollNotice({
  poll,
  what,
}: {
  readonly poll: Poll<unknown>;
  readonly what: string;
}) {
  if (poll.error === undefined) {
    return poll.data === undefined ? <p class="muted loading">Loading {what}…</p> : null;
  }
  return (
    <p class="problem" role="alert">
      <Icon name="warning" />
      <span>
        {poll.error.message}
        {poll.data !== undefined && ' What you see is the last answer.'}
      </span>
      <button type="button" onClick={poll.refresh}>
        Try again
      </button>
    </p>
  );
}

/** Where there is nothing yet: says what belongs here and how to get it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A command to copy. */
export function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="quiet"
        aria-label={`Copy: ${text}`}
        onClick={async () => {
          await navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        <Icon name="copy" />
        <span role="status">{copied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}

/** Small word on a coloured ground. */
export function Badge({
  children,
  tone = 'plain',
  title,
}: {
  readonly children: ComponentChildren;
  readonly tone?: 'plain' | 'good' | 'warn' | 'alert';
  readonly title?: string;
}) {
  return (
    <span class={`badge ${tone}`} title={title}>
      {children}
    </span>
  );
}
