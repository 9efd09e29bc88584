/** Why a request failed, in words that can be shown. */
export class ApiError extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

const WITHOUT_REASON: Readonly<Record<number, string>> = {
  401: 'This user may not do that, or its password is wrong.',
  403: 'This user may not do that.',
  404: 'It does not exist (any more).',
  405: 'The broker does not offer that.',
  413: 'That is more than the broker takes in one request.',
  429: 'Too many requests: wait a moment.',
  503: 'The broker is busy or stopping.',
};

/** The API answers `{ error, reason }`; a proxy in between may answer anything. */
export function describeFailure(status: number, body: string): string {
  const { error, reason } = parseProblem(body);
  const said = reason ?? error;
  if (said !== undefined && said !== '') return sentence(said);
  return WITHOUT_REASON[status] ?? `The server answered with status ${status}.`;
}

function parseProblem(body: string): { error?: string; reason?: string } {
  try {
    const parsed = JSON.parse(body) as Record<string, unknown>;
    return { error: textOf(parsed.error), reason: textOf(parsed.reason) };
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function sentence(text: string): string {
  const plain = text.replaceAll('_', ' ').trim();
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${/[.!?]$/.test(plain) ? '' : '.'}`;
}
