/** The reply codes of AMQP 0-9-1 (section 1.2, Constants) and their names. */
export const REPLY_SUCCESS = 200;
// Soft errors: they close the channel.
export const CONTENT_TOO_LARGE = 311;
export const NO_ROUTE = 312;
export const NO_CONSUMERS = 313;
export const ACCESS_REFUSED = 403;
export const NOT_FOUND = 404;
export const RESOURCE_LOCKED = 405;
export const PRECONDITION_FAILED = 406;
// Hard errors: they close the connection.
export const CONNECTION_FORCED = 320;
export const INVALID_PATH = 402;
export const FRAME_ERROR = 501;
export const SYNTAX_ERROR = 502;
export const COMMAND_INVALID = 503;
export const CHANNEL_ERROR = 504;
export const UNEXPECTED_FRAME = 505;
export const RESOURCE_ERROR = 506;
export const NOT_ALLOWED = 530;
export const NOT_IMPLEMENTED = 540;
export const INTERNAL_ERROR = 541;
const NAMES = new Map([
    [REPLY_SUCCESS, 'REPLY_SUCCESS'],
    [CONTENT_TOO_LARGE, 'CONTENT_TOO_LARGE'],
    [NO_ROUTE, 'NO_ROUTE'],
    [NO_CONSUMERS, 'NO_CONSUMERS'],
    [ACCESS_REFUSED, 'ACCESS_REFUSED'],
    [NOT_FOUND, 'NOT_FOUND'],
    [RESOURCE_LOCKED, 'RESOURCE_LOCKED'],
    [PRECONDITION_FAILED, 'PRECONDITION_FAILED'],
    [CONNECTION_FORCED, 'CONNECTION_FORCED'],
    [INVALID_PATH, 'INVALID_PATH'],
    [FRAME_ERROR, 'FRAME_ERROR'],
    [SYNTAX_ERROR, 'SYNTAX_ERROR'],
    [COMMAND_INVALID, 'COMMAND_INVALID'],
    [CHANNEL_ERROR, 'CHANNEL_ERROR'],
    [UNEXPECTED_FRAME, 'UNEXPECTED_FRAME'],
    [RESOURCE_ERROR, 'RESOURCE_ERROR'],
    [NOT_ALLOWED, 'NOT_ALLOWED'],
    [NOT_IMPLEMENTED, 'NOT_IMPLEMENTED'],
    [INTERNAL_ERROR, 'INTERNAL_ERROR'],
]);
/** The specification's name of a reply code, `UNKNOWN` for a code it does not define. */
export function replyCodeName(code) {
    return NAMES.get(code) ?? 'UNKNOWN';
}
//# sourceMappingURL=reply-code.js.map