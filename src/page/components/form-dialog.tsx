import type { ComponentChildren } from 'preact';
import { useAction } from '../api/use-action.ts';
import { Dialog } from './dialog.tsx';
import { Form } from './form.tsx';

interface FormDialogProps {
  readonly title: string;
  /** The verb on the button. */
  readonly submit: string;
  readonly danger?: boolean;
  readonly perform: (values: FormData) => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog that asks for what an action needs, and stays open while it fails. */
export function FormDialog(props: FormDialogProps) {
  const { title, submit, danger = false, perform, onClose, children } = props;
  const { run, busy, error } = useAction(perform);
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        submit={submit}
        danger={danger}
        busy={busy}
        error={error}
        onSubmit={async (values) => {
          if (await run(values)) onClose();
        }}
      >
        {children}
      </Form>
    </Dialog>
  );
}
