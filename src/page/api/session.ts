/**
 * Who is logged in. The credentials live in sessionStorage: they survive a reload, end with the
 * tab, and are never sent by the browser itself as a cookie would be, so no other site can make
 * requests in their name. The content security policy keeps scripts that aren't ours away from
 * them.
 */
export interface Session {
  readonly user: string;
  /** Value of the Authorization header. */
  readonly authorization: string;
}

const KEY = 'directmq.session';

export function storedSession(): Session | undefined {
  try {
    const text = sessionStorage.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as Session);
  } catch {
    return undefined;
  }
}

export function storeSession(session: Session | undefined): void {
  try {
    if (session === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(session));
  } catch {
    // Storage is switched off: the session then lasts until the page is loaded again.
  }
}

/** HTTP Basic authentication, RFC 7617, in UTF-8. */
export function sessionFor(user: string, password: string): Session {
  const octets = new TextEncoder().encode(`${user}:${password}`);
  return { user, authorization: `Basic ${btoa(String.fromCharCode(...octets))}` };
}
