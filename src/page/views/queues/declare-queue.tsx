import { usePage } from '../../api/context.ts';
import { queuePath } from '../../api/paths.ts';
import { useAction } from '../../api/use-action.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Checkbox, Field, Form, isChecked, TextField, textOf } from '../../components/form.tsx';
import { argumentsOf } from '../../components/form-arguments.ts';
import { VhostField } from '../../components/vhost-field.tsx';

interface DeclareQueueProps {
  readonly vhost: string | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function DeclareQueue({ vhost, onClose, onDone }: DeclareQueueProps) {
  const { api, announce } = usePage();
  const { run, busy, error } = useAction(async (values: FormData) => {
    const name = textOf(values, 'name');
    await api.request('PUT', queuePath(textOf(values, 'vhost'), name), {
      durable: isChecked(values, 'durable'),
      auto_delete: isChecked(values, 'auto_delete'),
      arguments: argumentsOf(values, 'arguments'),
    });
    announce(`Queue ${name} is declared.`);
    onDone();
  });
  return (
    <Dialog title="Declare a queue" onClose={onClose}>
      <Form
        submit="Declare"
        busy={busy}
        error={error}
        onSubmit={async (values) => {
          if (await run(values)) onClose();
        }}
      >
        <Field label="Name" name="name" required autoFocus />
        <VhostField value={vhost} />
        <Checkbox label="Durable" name="durable" checked />
        <Checkbox label="Delete when the last consumer leaves" name="auto_delete" />
        <TextField
          label="Arguments"
          name="arguments"
          hint="One a line, such as x-max-length = 10000 or x-message-ttl = 60000"
        />
      </Form>
    </Dialog>
  );
}
