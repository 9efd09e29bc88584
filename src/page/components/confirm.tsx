import { FormDialog } from './form-dialog.tsx';

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
export function Confirm({ text, ...dialog }: ConfirmProps) {
  return (
    <FormDialog {...dialog} danger>
      <p class="full">{text}</p>
    </FormDialog>
  );
}
