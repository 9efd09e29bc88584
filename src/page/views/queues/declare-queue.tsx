import { usePage } from '../../api/context.ts';
import { queuePath } from '../../api/paths.ts';
import { Checkbox, Field, isChecked, TextField, textOf } from '../../components/form.tsx';
import { argumentsOf } from '../../components/form-arguments.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { VhostField } from '../../components/vhost-field.tsx';

interface DeclareQueueProps {
  readonly vhost: string | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function DeclareQueue({ vhost, onClose, onDone }: DeclareQueueProps) {
  const { api, announce } = usePage();
  const declare = async (values: FormData) => {
    const name = textOf(values, 'name');
    await api.request('PUT', queuePath(textOf(values, 'vhost'), name), {
      durable: isChecked(values, 'durable'),
      auto_delete: isChecked(values, 'auto_delete'),
      arguments: argumentsOf(values, 'arguments'),
    });
    announce(`Queue ${name} is declared.`);
    onDone();
  };
  return (
    <FormDialog title="Declare a queue" submit="Declare" perform={declare} onClose={onClose}>
      <Field label="Name" name="name" required autoFocus />
      <VhostField value={vhost} />
      <Checkbox label="Durable" name="durable" checked />
      <Checkbox label="Delete when the last consumer leaves" name="auto_delete" />
      <TextField
        label="Arguments"
        name="arguments"
        hint="One a line, such as x-max-length = 10000 or x-message-ttl = 60000"
      />
    </FormDialog>
  );
}
