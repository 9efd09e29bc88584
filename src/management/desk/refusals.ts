import { ParameterError } from '../../amqp-control/topology/global-parameters.ts';
import { PolicyError } from '../../amqp-control/topology/policy.ts';
import { ProtocolError, replyText } from '../../wire/protocol-error.ts';
import {
  ACCESS_REFUSED,
  NOT_FOUND,
  PRECONDITION_FAILED,
  RESOURCE_LOCKED,
} from '../../wire/reply-code.ts';
import { ApiError } from '../link/api-error.ts';
import type { Refusal } from '../link/messages.ts';

/** What the client of the API is told of an error; null if it is a defect of ours. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof ApiError) return plain(error);
  if (error instanceof PolicyError || error instanceof ParameterError) {
    return { status: 400, error: 'bad_request', reason: `Validation failed\n\n${error.message}\n` };
  }
  if (error instanceof SyntaxError) {
    return { status: 400, error: 'bad_request', reason: `invalid_regexp: ${error.message}` };
  }
  if (!(error instanceof ProtocolError)) return null;
  switch (error.code) {
    case NOT_FOUND:
      return { status: 404, error: 'not_found', reason: error.message };
    case ACCESS_REFUSED:
      return { status: 401, error: 'not_authorised', reason: replyText(error) };
    case RESOURCE_LOCKED:
      return { status: 400, error: 'bad_request', reason: `${error.code} ${replyText(error)}` };
    case PRECONDITION_FAILED:
      return { status: 400, error: 'bad_request', reason: error.message };
    default:
      return { status: 400, error: 'bad_request', reason: `${error.code} ${replyText(error)}` };
  }
}

function plain({ status, error, reason }: Refusal): Refusal {
  return { status, error, reason };
}
