import { usePage } from '../../api/context.ts';
import { exchangePath } from '../../api/paths.ts';
import { Checkbox, Field, isChecked, Select, TextField, textOf } from '../../components/form.tsx';
import { argumentsOf } from '../../components/form-arguments.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { VhostField } from '../../components/vhost-field.tsx';

interface DeclareExchangeProps {
  readonly vhost: string | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const TYPES = [
  { value: 'topic', text: 'topic: by words of the routing key' },
  { value: 'direct', text: 'direct: by the routing key' },
  { value: 'fanout', text: 'fanout: to all' },
  { value: 'headers', text: 'headers: by headers' },
];

export function DeclareExchange({ vhost, onClose, onDone }: DeclareExchangeProps) {
  const { api, announce } = usePage();
  const save = async (values: FormData) => {
    const name = textOf(values, 'name');
    await api.request('PUT', exchangePath(textOf(values, 'vhost'), name), {
      type: textOf(values, 'type'),
      durable: isChecked(values, 'durable'),
      auto_delete: isChecked(values, 'auto_delete'),
      internal: isChecked(values, 'internal'),
      arguments: argumentsOf(values, 'arguments'),
    });
    announce(`Exchange ${name} is declared.`);
    onDone();
  };
  return (
    <FormDialog title="Declare an exchange" submit="Declare" perform={save} onClose={onClose}>
      <Field label="Name" name="name" required autoFocus />
      <Select label="Type" name="type" choices={TYPES} />
      <VhostField value={vhost} />
      <Checkbox label="Durable" name="durable" checked />
      <Checkbox label="Delete with the last binding" name="auto_delete" />
      <Checkbox label="Internal: only other exchanges may publish to it" name="internal" />
      <TextField
        label="Arguments"
        name="arguments"
        rows={3}
        hint="One a line, such as alternate-exchange = unrouted"
      />
    </FormDialog>
  );
}
