import { beforeEach, describe, expect, it } from 'vitest';
import { LoginThrottle } from '../../src/amqp-control/security/login-throttle.ts';

const HERE = '192.0.2.1';
const THERE = '192.0.2.2';
const HOUR_MS = 3_600_000;

describe('failed logins', () => {
  let throttle: LoginThrottle;

  beforeEach(() => {
    throttle = new LoginThrottle();
  });

  function fail(user: string, address: string, times: number, nowMs = 0) {
    for (let i = 0; i < times; i++) throttle.failed(user, address, nowMs);
  }

  it('of one user from one address stop that pair, and nobody else', () => {
    fail('tom', HERE, 9);
    expect(throttle.objection('tom', HERE, 0)).toBeNull();
    fail('tom', HERE, 1);
    expect(throttle.objection('tom', HERE, 0)).toContain('of this user from there');
    expect(throttle.objection('ann', HERE, 0)).toBeNull();
    expect(throttle.objection('tom', THERE, 0)).toBeNull();
  });

  it('are forgiven as time goes by, one every two seconds', () => {
    fail('tom', HERE, 10);
    expect(throttle.objection('tom', HERE, 1999)).not.toBeNull();
    expect(throttle.objection('tom', HERE, 2000)).toBeNull();
    fail('tom', HERE, 1, 2000);
    expect(throttle.objection('tom', HERE, 2000)).not.toBeNull();
    fail('tom', HERE, 9, HOUR_MS);
    expect(throttle.objection('tom', HERE, HOUR_MS)).toBeNull();
  });

  it('are forgiven by a login that succeeds', () => {
    fail('tom', HERE, 9);
    throttle.succeeded('tom', HERE);
    fail('tom', HERE, 9);
    expect(throttle.objection('tom', HERE, 0)).toBeNull();
  });

  it('of many users stop an address, and an IPv6 network as a whole', () => {
    for (let i = 0; i < 50; i++) fail(`user-${i}`, HERE, 1);
    expect(throttle.objection('another', HERE, 0)).toContain('failed logins from there');
    expect(throttle.objection('another', THERE, 0)).toBeNull();
    for (let i = 0; i < 50; i++) fail(`user-${i}`, `2001:db8:0:1::${i.toString(16)}`, 1);
    expect(throttle.objection('another', '2001:db8:0:1:2:3:4:5', 0)).not.toBeNull();
    expect(throttle.objection('another', '2001:db8:0:2::1', 0)).toBeNull();
  });

  it('of one user from many addresses stop it where it has never logged in', () => {
    throttle.succeeded('tom', HERE);
    for (let i = 0; i < 100; i++) fail('tom', `198.51.100.${i}`, 1);
    expect(throttle.objection('tom', THERE, 0)).toContain('failed logins of this user');
    expect(throttle.objection('tom', HERE, 0)).toBeNull();
    expect(throttle.objection('ann', THERE, 0)).toBeNull();
  });
});
