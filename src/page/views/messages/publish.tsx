import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { exchangePath } from '../../api/paths.ts';
import { useAction } from '../../api/use-action.ts';
import { Dialog } from '../../components/dialog.tsx';
import {
  Checkbox,
  Field,
  Form,
  isChecked,
  Select,
  TextField,
  textOf,
} from '../../components/form.tsx';
import { argumentsOf } from '../../components/form-arguments.ts';
import { publishRequest } from '../../model/publish-request.ts';

interface PublishProps {
  readonly vhost: string;
  /** Empty for the default exchange. */
  readonly exchange: string;
  readonly routingKey?: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const ENCODINGS = [
  { value: 'string', text: 'Text' },
  { value: 'base64', text: 'Base64' },
];

const PROPERTIES = [
  ['Content type', 'content_type'],
  ['Correlation id', 'correlation_id'],
  ['Reply to', 'reply_to'],
  ['Message id', 'message_id'],
  ['Type', 'type'],
  ['Expiration, ms', 'expiration'],
] as const;

/** Publishes messages one after another: the dialog stays open and says what came of each. */
export function Publish({ vhost, exchange, routingKey = '', onClose, onDone }: PublishProps) {
  const { api } = usePage();
  const [result, setResult] = useState<{ routed: boolean; count: number }>();
  const { run, busy, error } = useAction(async (values: FormData) => {
    const { routed } = await api.request<{ routed: boolean }>(
      'POST',
      exchangePath(vhost, exchange, 'publish'),
      publishRequest({
        routingKey: textOf(values, 'routing_key'),
        payload: textOf(values, 'payload'),
        encoding: textOf(values, 'encoding') === 'base64' ? 'base64' : 'string',
        persistent: isChecked(values, 'persistent'),
        headers: argumentsOf(values, 'headers'),
        properties: Object.fromEntries(PROPERTIES.map(([, name]) => [name, textOf(values, name)])),
      }),
    );
    setResult((before) => ({ routed, count: (before?.count ?? 0) + 1 }));
    onDone();
  });
  return (
    <Dialog title="Publish a message" onClose={onClose}>
      <p class="muted lead">
        To {exchange === '' ? 'the default exchange, which routes by queue name' : exchange}
      </p>
      <Form submit="Publish" busy={busy} error={error} onSubmit={run}>
        <Field label="Routing key" name="routing_key" value={routingKey} />
        <Select label="Payload is" name="encoding" choices={ENCODINGS} />
        <TextField label="Payload" name="payload" value="Hello, DirectMQ" />
        <details class="full">
          <summary>Properties and headers</summary>
          <div class="fields">
            {PROPERTIES.map(([label, name]) => (
              <Field key={name} label={label} name={name} />
            ))}
            <Checkbox label="Persistent" name="persistent" />
            <TextField label="Headers" name="headers" rows={3} hint="One a line: name = value" />
          </div>
        </details>
        <p class="full outcome" role="status">
          {result !== undefined &&
            (result.routed
              ? `Message ${result.count} was routed.`
              : `Message ${result.count} was not routed: no binding matches its routing key.`)}
        </p>
      </Form>
    </Dialog>
  );
}
