import { ApiClient, WHO_AM_I } from '../api/client.ts';
import { type Session, sessionFor } from '../api/session.ts';
import type { WhoAmI } from '../api/types.ts';
import { useAction } from '../api/use-action.ts';
import { Field, Form, textOf } from '../components/form.tsx';
import { Mark } from '../components/mark.tsx';

interface LoginProps {
  /** Why one has to log in again. */
  readonly reason: string | undefined;
  readonly onLogin: (session: Session) => void;
}

export function Login({ reason, onLogin }: LoginProps) {
  const { run, busy, error } = useAction(async (values: FormData) => {
    const session = sessionFor(textOf(values, 'user'), textOf(values, 'password'));
    await new ApiClient(session).get<WhoAmI>(WHO_AM_I);
    onLogin(session);
  });
  return (
    <main class="login">
      <LoginLines />
      <div class="login-card">
        <h1>
          <Mark /> DirectMQ
        </h1>
        <Form submit="Log in" busy={busy} error={error ?? reason} onSubmit={run}>
          <Field label="User" name="user" required autoFocus autoComplete="username" />
          <Field label="Password" name="password" type="password" autoComplete="current-password" />
        </Form>
        <p class="muted">
          A new broker has one user, guest with password guest, who may log in from this machine
          only. Others need the tag management, monitoring, policymaker or administrator.
        </p>
      </div>
    </main>
  );
}

/** The mark, drawn across the whole window: three lines meet and one goes straight on. */
function LoginLines() {
  return (
    <svg
      class="login-lines"
      viewBox="0 0 1200 600"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <path
        class="mark-side"
        d="M-40 130h240c240 0 260 170 400 170M-40 470h240c240 0 260-170 400-170"
      />
      <path class="mark-line" d="M-40 300h1280" />
    </svg>
  );
}
