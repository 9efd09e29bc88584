import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { bindingPath } from '../../api/paths.ts';
import { Field, Select, TextField, textOf } from '../../components/form.tsx';
import { argumentsOf } from '../../components/form-arguments.ts';
import { FormDialog } from '../../components/form-dialog.tsx';

interface BindProps {
  readonly vhost: string;
  /** Set when messages shall come to this one from another exchange. */
  readonly destination?: string;
  readonly destinationType?: 'queue' | 'exchange';
  /** Set when messages shall go from this exchange to another place. */
  readonly source?: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const DESTINATIONS = [
  { value: 'queue', text: 'Queue' },
  { value: 'exchange', text: 'Exchange' },
];

/** Binds a queue or an exchange; one end is given by the view it is opened from. */
export function Bind(props: BindProps) {
  const { vhost, destination, source, onClose, onDone } = props;
  const [kind, setKind] = useState(props.destinationType ?? 'queue');
  const { api, announce } = usePage();
  const save = async (values: FormData) => {
    const from = source ?? textOf(values, 'source');
    const to = destination ?? textOf(values, 'destination');
    await api.request('POST', bindingPath(vhost, from, kind, to), {
      routing_key: textOf(values, 'routing_key'),
      arguments: argumentsOf(values, 'arguments'),
    });
    announce(`${to} is bound to ${from}.`);
    onDone();
  };
  return (
    <FormDialog
      title={source === undefined ? `Bind ${destination}` : `Bind to ${source}`}
      submit="Bind"
      perform={save}
      onClose={onClose}
    >
      {source === undefined ? (
        <Field label="From exchange" name="source" required autoFocus />
      ) : (
        <>
          <Select
            label="To"
            name="destination_type"
            choices={DESTINATIONS}
            onChange={(value) => setKind(value === 'exchange' ? 'exchange' : 'queue')}
          />
          <Field label="Name" name="destination" required autoFocus />
        </>
      )}
      <Field
        label="Routing key"
        name="routing_key"
        hint="For a topic exchange * stands for one word and # for any number of them"
      />
      <TextField
        label="Arguments"
        name="arguments"
        rows={3}
        hint="For a headers exchange, one a line: x-match = all, format = pdf"
      />
    </FormDialog>
  );
}
