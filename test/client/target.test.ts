import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/client/target.ts';

describe('an address', () => {
  it('has the defaults of amqplib', () => {
    expect(parseTarget(undefined)).toMatchObject({
      secure: false,
      socketOptions: { host: 'localhost', port: 5672 },
      login: {
        credentials: { mechanism: 'PLAIN', username: 'guest', password: 'guest' },
        vhost: '/',
        locale: 'en_US',
        channelMax: 0,
        frameMax: 131_072,
        heartbeat: null,
      },
      settings: { direct: null, directMax: 6, batchOctets: 32_768, reconnect: null },
    });
  });

  it('may be a URL with everything in it', () => {
    const url =
      'amqps://us%40er:pa%2Fss@example.org:1234/v%2Fhost?heartbeat=5&frameMax=8192&channelMax=7' +
      '&locale=de_DE&direct=true&directMax=2&batching=4096';
    expect(parseTarget(url)).toMatchObject({
      secure: true,
      socketOptions: { host: 'example.org', port: 1234, servername: 'example.org' },
      login: {
        credentials: { username: 'us@er', password: 'pa/ss' },
        vhost: 'v/host',
        locale: 'de_DE',
        channelMax: 7,
        frameMax: 8192,
        heartbeat: 5,
      },
      settings: { direct: true, directMax: 2, batchOctets: 4096 },
    });
  });

  it('may be an object with its parts', () => {
    const parts = { hostname: '::1', username: 'me', vhost: 'v', heartbeat: 0, direct: true };
    expect(parseTarget(parts, { direct: false })).toMatchObject({
      socketOptions: { host: '::1', port: 5672 },
      login: { credentials: { username: 'me', password: '' }, vhost: 'v', heartbeat: 0 },
      settings: { direct: false },
    });
  });

  it('keeps the brackets of IPv6 out of the host, and TLS on its port', () => {
    expect(parseTarget('amqps://[::1]').socketOptions).toMatchObject({ host: '::1', port: 5671 });
  });

  it.each([
    ['nonsense', {}, 'Expected amqp: or amqps: as the protocol; got '],
    ['http://localhost', {}, 'Expected amqp: or amqps: as the protocol; got http:'],
    ['amqp://localhost?maxFrameSize=17', {}, 'maxFrameSize must be 0'],
    ['amqp://localhost?frameMax=x', {}, "Field 'frameMax' is the wrong type"],
    ['amqp://localhost', { directMax: -1 }, 'directMax must be a whole number'],
    ['amqp://localhost', { batching: 1e9 }, 'batching must not exceed'],
    ['amqp://localhost?arrivalOverflow=panic', {}, 'arrivalOverflow must be one of'],
  ])('such as %s with %o is refused', (url, options, message) => {
    expect(() => parseTarget(url, options)).toThrow(message);
  });
});
