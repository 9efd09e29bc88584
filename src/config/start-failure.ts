/** An address that can't be listened on, beside that of AMQP. */
interface OtherAddress {
  readonly host: string;
  readonly port: number;
  /** What the names of the options that choose it begin with: `management-`. */
  readonly optionPrefix: string;
}

/**
 * One line that tells an operator why the broker could not start, from the error's code.
 * @param host and `port`: the address of AMQP, unless the error names another one
 */
export function startFailureLine(error: unknown, host: string, port: number): string {
  const address = otherAddress(error) ?? { host, port, optionPrefix: '' };
  const bracketed = address.host.includes(':') ? `[${address.host}]` : address.host;
  const where = `${bracketed}:${address.port}`;
  const portOption = `--${address.optionPrefix}port`;
  const hostOption = `--${address.optionPrefix}host`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `cannot listen on ${where}: the port is in use; choose another one with ${portOption}`;
    case 'EACCES':
    case 'EPERM':
      return `cannot listen on ${where}: no permission; choose another port with ${portOption}`;
    case 'EADDRNOTAVAIL':
      return (
        `cannot listen on ${where}: not an address of this machine; ` +
        `choose another ${hostOption}`
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot listen on ${where}: the host name is unknown; choose another ${hostOption}`;
    case 'EMFILE':
    case 'ENFILE':
      return (
        'cannot start: the system gives the process too few file descriptors; ' +
        'raise the limit (ulimit -n, LimitNOFILE): one for each connection, and 128 besides'
      );
    default:
      return `cannot start: ${reason(error)}`;
  }
}

function otherAddress(error: unknown): OtherAddress | null {
  return error instanceof Error && 'optionPrefix' in error
    ? (error as unknown as OtherAddress)
    : null;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function reason(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line;
}
