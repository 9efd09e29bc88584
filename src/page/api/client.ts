import { ApiError, describeFailure } from './api-error.ts';
import type { Session } from './session.ts';

/** Longest wait for an answer, in milliseconds; the next poll then says what is wrong. */
const TIMEOUT_MS = 20_000;

/** Every user with any tag may ask this: whose credentials these are. */
export const WHO_AM_I = 'whoami';

export type HttpMethod = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Requests to the API in the name of one user. */
export class ApiClient {
  readonly #session: Session;
  /** Called when the server no longer accepts the credentials. */
  readonly #onRefused: () => void;

  constructor(session: Session, onRefused: () => void = () => {}) {
    this.#session = session;
    this.#onRefused = onRefused;
  }

  /** @throws {ApiError} when there is no answer or a refusal. */
  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.request<T>('GET', path, undefined, {}, signal);
  }

  /** The answer's JSON, undefined if it has none. @throws {ApiError} */
  async request<T>(
    method: HttpMethod,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await this.#fetch(`api/${path}`, {
      method,
      headers: {
        authorization: this.#session.authorization,
        accept: 'application/json',
        // Says that the page asks for the password itself.
        'x-requested-with': 'XMLHttpRequest',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      // With "omit" the browser never asks for a password by itself when it sees a 401.
      credentials: 'omit',
      cache: 'no-store',
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    if (!response.ok) {
      if (response.status === 401) await this.#checkSession(path);
      throw new ApiError(response.status, describeFailure(response.status, text));
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A user who may not do something gets the same status as one with a wrong password. */
  async #checkSession(path: string): Promise<void> {
    if (path === WHO_AM_I) {
      this.#onRefused();
      return;
    }
    // If the credentials are refused, this request comes here again.
    await this.get(WHO_AM_I).catch(() => {});
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ApiError(0, 'The broker does not answer. Is it running?');
    }
  }
}
