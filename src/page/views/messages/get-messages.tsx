import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { queuePath } from '../../api/paths.ts';
import type { GotMessage } from '../../api/types.ts';
import { useAction } from '../../api/use-action.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { Field, Form, Select, textOf } from '../../components/form.tsx';
import { formatArguments } from '../../model/arguments.ts';
import { formatCount, formatOctets, plural } from '../../model/format.ts';

interface GetMessagesProps {
  readonly vhost: string;
  readonly queue: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Octets of one payload that are shown; the rest stays on the server. */
const PAYLOAD_MAX_OCTETS = 50_000;
/** Messages fetched at once: each is drawn in full. */
const COUNT_MAX = 50;

const MODES = [
  { value: 'ack_requeue_true', text: 'Look at them and put them back' },
  { value: 'ack_requeue_false', text: 'Take them off the queue' },
  { value: 'reject_requeue_false', text: 'Reject them (dead-letters them)' },
];

export function GetMessages({ vhost, queue, onClose, onDone }: GetMessagesProps) {
  const { api } = usePage();
  const [messages, setMessages] = useState<readonly GotMessage[]>();
  const { run, busy, error } = useAction(async (values: FormData) => {
    setMessages(
      await api.request<readonly GotMessage[]>('POST', queuePath(vhost, queue, 'get'), {
        count: Number(textOf(values, 'count')),
        ackmode: textOf(values, 'ackmode'),
        encoding: 'auto',
        truncate: PAYLOAD_MAX_OCTETS,
      }),
    );
    onDone();
  });
  return (
    <Dialog title={`Get messages from ${queue}`} onClose={onClose}>
      <Form submit="Get messages" busy={busy} error={error} onSubmit={run}>
        <Field
          label="How many"
          name="count"
          type="number"
          min={1}
          max={COUNT_MAX}
          value="1"
          required
        />
        <Select label="And then" name="ackmode" choices={MODES} />
      </Form>
      <div aria-live="polite">
        {messages !== undefined && (
          <>
            <p class="muted">{countText(messages)}</p>
            {messages.map((message, index) => (
              <Message key={index} message={message} />
            ))}
          </>
        )}
      </div>
    </Dialog>
  );
}

function countText(messages: readonly GotMessage[]): string {
  const left = messages.at(-1)?.message_count;
  if (left === undefined) return 'The queue is empty.';
  return `${plural(messages.length, 'message')}; ${formatCount(left)} behind the last one.`;
}

function Message({ message }: { readonly message: GotMessage }) {
  const { headers, ...properties } = message.properties;
  return (
    <article class="message">
      <Facts
        facts={[
          ['Exchange', message.exchange === '' ? '(default)' : message.exchange],
          ['Routing key', <code key="key">{message.routing_key}</code>],
          ['Redelivered', message.redelivered ? 'yes' : 'no'],
          ['Size', formatOctets(message.payload_bytes)],
          ...Object.entries(properties).map(([name, value]) => [name, String(value)] as const),
        ]}
      />
      {headers !== undefined && <pre>{formatArguments(headers as Record<string, unknown>)}</pre>}
      <pre class="payload">{message.payload}</pre>
      {message.payload_encoding === 'base64' && <small class="muted">shown as Base64</small>}
    </article>
  );
}
