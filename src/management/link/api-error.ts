import type { Refusal } from './messages.ts';

/** A request that is refused, as the client of the API is told. */
export class ApiError extends Error implements Refusal {
  readonly status: number;
  /** A word for programs. */
  readonly error: string;
  /** Words for people. */
  readonly reason: string;

  constructor(status: number, error: string, reason: string) {
    super(reason);
    this.status = status;
    this.error = error;
    this.reason = reason;
  }
}

export function badRequest(reason: string): ApiError {
  return new ApiError(400, 'bad_request', reason);
}

/** RabbitMQ's words for a path, or an object, that doesn't exist. */
export function notFound(): ApiError {
  return new ApiError(404, 'Object Not Found', 'Not Found');
}

/** RabbitMQ's status for what a user may not do is that of an unknown one. */
export function notAuthorised(reason: string): ApiError {
  return new ApiError(401, 'not_authorised', reason);
}
