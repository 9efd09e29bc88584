import { useState } from 'preact/hooks';
import { ApiError } from './api-error.ts';

export interface Action<Args extends readonly unknown[]> {
  /** True when it worked. */
  readonly run: (...args: Args) => Promise<boolean>;
  readonly busy: boolean;
  /** Why the last attempt failed. */
  readonly error: string | undefined;
}

/** Something a user does: one at a time, its failure is kept to be shown beside the control. */
export function useAction<Args extends readonly unknown[]>(
  perform: (...args: Args) => Promise<void>,
): Action<Args> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = async (...args: Args) => {
    setBusy(true);
    setError(undefined);
    try {
      await perform(...args);
      return true;
    } catch (problem) {
      setError(problem instanceof ApiError ? problem.message : String(problem));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error };
}
