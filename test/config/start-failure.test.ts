import { describe, expect, it } from 'vitest';
import { startFailureLine } from '../../src/config/start-failure.ts';

const failure = (code: string) => Object.assign(new Error('listen failed\nat x'), { code });

describe('a broker that cannot start', () => {
  it('says that the port is in use', () => {
    expect(startFailureLine(failure('EADDRINUSE'), '127.0.0.1', 5672)).toBe(
      'cannot listen on 127.0.0.1:5672: the port is in use; choose another one with --port',
    );
  });

  it('says that there is no permission', () => {
    expect(startFailureLine(failure('EACCES'), '127.0.0.1', 80)).toMatch(/:80: no permission/);
  });

  it('says that the address is not of this machine, in brackets when it is IPv6', () => {
    expect(startFailureLine(failure('EADDRNOTAVAIL'), '2001:db8::1', 5672)).toMatch(
      /^cannot listen on \[2001:db8::1\]:5672: not an address of this machine/,
    );
  });

  it('says that the host is unknown', () => {
    expect(startFailureLine(failure('ENOTFOUND'), 'nowhere', 5672)).toMatch(/name is unknown/);
  });

  it('names the options of the address that is in the way', () => {
    const address = { host: '::1', port: 15672, optionPrefix: 'management-' };
    expect(startFailureLine(Object.assign(failure('EADDRINUSE'), address), 'h', 1)).toBe(
      'cannot listen on [::1]:15672: the port is in use; choose another one with --management-port',
    );
  });

  it('says which limit to raise when there are no file descriptors', () => {
    expect(startFailureLine(failure('EMFILE'), 'h', 1)).toMatch(/raise the limit \(ulimit -n/);
  });

  it('repeats the first line of any other reason', () => {
    expect(startFailureLine(failure('EIO'), 'h', 1)).toBe('cannot start: listen failed');
    expect(startFailureLine('odd', 'h', 1)).toBe('cannot start: odd');
  });
});
