import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { PollSchedule } from '../model/poll-schedule.ts';
import { ApiError } from './api-error.ts';
import { usePage } from './context.ts';

/** How often a view asks for news, in milliseconds. */
export const POLL_MS = 2000;
/** How often it asks for what changes only when somebody changes it, in milliseconds. */
export const SLOW_POLL_MS = 10_000;

/** HTTP status codes for what one may not see. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404]);

export interface Poll<T> {
  /** The last answer; stays while newer ones fail. */
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  /** When `data` came, by `performance.now()`. */
  readonly atMs: number;
  /** Asks again at once, such as after an action. */
  readonly refresh: () => void;
}

/** What came last, and of which key. */
interface Answer<T> {
  readonly key: string;
  readonly data?: T | undefined;
  readonly error?: ApiError | undefined;
  readonly atMs: number;
}

/** GETs one path of the API after another. */
export type Getter = <T>(path: string) => Promise<T>;

/**
 * What a path answers, or something else where this user may not ask for it: a view then shows the
 * rest.
 */
export async function getOr<T>(get: Getter, path: string, otherwise: T): Promise<T> {
  try {
    return await get<T>(path);
  } catch (error) {
    if (error instanceof ApiError && REFUSALS.has(error.status)) return otherwise;
    throw error;
  }
}

/**
 * Asks again and again for what a view shows: `load` runs once at a time, pauses while the tab is
 * hidden, and runs more rarely while the server doesn't answer. A different `key` starts over.
 */
export function usePoll<T>(
  key: string,
  load: (get: Getter) => Promise<T>,
  intervalMs = POLL_MS,
): Poll<T> {
  const { api } = usePage();
  const [state, setState] = useState<Answer<T>>({ key, atMs: 0 });
  const loading = useRef(load);
  loading.current = load;
  const again = useRef(() => {});

  useEffect(() => {
    const controller = new AbortController();
    const schedule = new PollSchedule(intervalMs);
    let timer = 0;
    let running = false;
    let wanted = false;

    const get: Getter = (path) => api.get(path, controller.signal);
    const run = async () => {
      if (running) {
        wanted = true;
        return;
      }
      clearTimeout(timer);
      running = true;
      const startedMs = performance.now();
      const delay = await loading.current(get).then(
        (data) => {
          if (controller.signal.aborted) return 0;
          setState({ key, data, atMs: performance.now() });
          return schedule.afterAnswer(performance.now() - startedMs);
        },
        (error: unknown) => {
          if (controller.signal.aborted) return 0;
          const shown = error instanceof ApiError ? error : new ApiError(0, String(error));
          setState((before) =>
            before.key === key ? { ...before, error: shown } : { key, error: shown, atMs: 0 },
          );
          return schedule.afterFailure();
        },
      );
      running = false;
      if (controller.signal.aborted) return;
      if (wanted) {
        wanted = false;
        void run();
      } else if (!document.hidden) {
        timer = window.setTimeout(run, delay);
      }
    };
    const onVisibility = () => {
      if (document.hidden) clearTimeout(timer);
      else void run();
    };
    again.current = () => void run();
    document.addEventListener('visibilitychange', onVisibility);
    void run();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [key, api, intervalMs]);

  const refresh = useCallback(() => again.current(), []);
  const current: Answer<T> = state.key === key ? state : { key, atMs: 0 };
  return { data: current.data, error: current.error, atMs: current.atMs, refresh };
}
