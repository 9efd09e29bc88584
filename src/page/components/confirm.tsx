import { useAction } from '../api/use-action.ts';
import { Dialog } from './dialog.tsx';
import { Form } from './form.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What will happen, and what can't be undone. */
  readonly text: string;
  /** The verb on the button. */
  readonly submit: string;
  readonly perform: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is lost. */
export function Confirm({ title, text, submit, perform, onClose }: ConfirmProps) {
  const { run, busy, error } = useAction(perform);
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        submit={submit}
        danger
        busy={busy}
        error={error}
        onSubmit={async () => {
          if (await run()) onClose();
        }}
      >
        <p class="full">{text}</p>
      </Form>
    </Dialog>
  );
}
