/** One line that tells an operator why the broker could not start, from the error's code. */
export function startFailureLine(error: unknown, host: string, port: number): string {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `cannot listen on ${where}: the port is in use; choose another one with --port`;
    case 'EACCES':
    case 'EPERM':
      return `cannot listen on ${where}: no permission; choose another port with --port`;
    case 'EADDRNOTAVAIL':
      return `cannot listen on ${where}: not an address of this machine; choose another --host`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot listen on ${where}: the host name is unknown; choose another --host`;
    default:
      return `cannot start: ${reason(error)}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function reason(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line;
}
