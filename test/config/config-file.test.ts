import { describe, expect, it } from 'vitest';
import { accepted, refused } from './support.ts';

const toml = (text: string) => ({ argv: ['--config', 'a.toml'], files: { 'a.toml': text } });
const json = (value: unknown) => ({
  argv: ['--config', 'a.json'],
  files: { 'a.json': JSON.stringify(value) },
});

const USER_TOML = `
[[users]]
name = "shop"
password = "secret"
tags = ["monitoring"]
[users.permissions."/"]
configure = "^shop"
write = ".*"
read = ".*"
`;

const USER = {
  name: 'shop',
  password: 'secret',
  tags: ['monitoring'],
  permissions: { '/': { configure: '^shop', write: '.*', read: '.*' } },
};

describe('a config file', () => {
  it('is read as TOML', async () => {
    const options = await accepted(toml(`shards = 3\nsetup-timeout = "2s"\n${USER_TOML}`));
    expect(options).toMatchObject({ shards: 3, setupTimeoutMs: 2000, users: [USER] });
  });

  it('is read as JSON', async () => {
    const options = await accepted(json({ shards: 3, 'setup-timeout': 2000, users: [USER] }));
    expect(options).toMatchObject({ shards: 3, setupTimeoutMs: 2000, users: [USER] });
  });

  it('may hold sizes and flags typed or as text, and names as an array or as text', async () => {
    expect(
      await accepted(toml('max-message-size = "1MiB"\ndirect = true\nvhosts = ["/", "a,b"]')),
    ).toMatchObject({ maxMessageSize: 1_048_576, direct: true, vhosts: ['/', 'a,b'] });
    expect(
      await accepted(toml('max-message-size = 100\ndirect = "true"\nvhosts = "/,a"')),
    ).toMatchObject({ maxMessageSize: 100, direct: true, vhosts: ['/', 'a'] });
  });

  it('is refused for an unknown key, with the one meant', async () => {
    expect(await refused(toml('frameMax = 5000'))).toMatch(
      /^a\.toml: unknown option frameMax; did you mean frame-max\? \(valid: .*users/,
    );
  });

  it('is refused for an unacceptable value', async () => {
    expect(await refused(toml('port = "any"'))).toBe(
      'a.toml: port: "any" is not valid (valid: 0 to 65535)',
    );
    expect(await refused(toml('port = 1.5'))).toMatch(/^a\.toml: port: 1\.5 is not valid/);
    expect(await refused(toml('default-pass = 1234'))).toMatch(/^a\.toml: default-pass: 1234 is /);
  });

  it('is refused in one line when it is not well-formed', async () => {
    for (const sources of [
      toml('port = = 1'),
      { argv: ['--config', 'a.json'], files: { 'a.json': '{ "port": }' } },
    ]) {
      const line = await refused(sources);
      expect(line).toMatch(/^cannot parse a\.(toml|json): ./);
      expect(line).not.toContain('\n');
    }
  });

  it('is refused when it is not an object', async () => {
    expect(await refused(json([1]))).toMatch(/^a\.json: not an object/);
    expect(await refused(json(null))).toMatch(/^a\.json: not an object/);
  });

  it('is refused when it does not exist', async () => {
    expect(await refused({ argv: ['--config', 'b.toml'] })).toMatch(/^cannot read b\.toml: ENOENT/);
  });

  it('is refused when its extension tells no format', async () => {
    expect(await refused({ argv: ['--config', 'a.yaml'] })).toBe(
      '--config: a.yaml is no config file (valid: .toml, .json)',
    );
  });

  it('is no danger with keys that every object has', async () => {
    const files = { 'a.json': '{"__proto__": {"port": 1}, "constructor": 1}' };
    expect(await refused({ argv: ['--config', 'a.json'], files })).toMatch(
      /unknown option __proto/,
    );
  });
});

describe('users in a config file', () => {
  it('need neither tags nor permissions', async () => {
    const { users } = await accepted(json({ users: [{ name: 'a', password: 'b' }] }));
    expect(users).toEqual([{ name: 'a', password: 'b' }]);
  });

  it('are refused with the path of the field that is wrong', async () => {
    expect(await refused(json({ users: [{ ...USER, password: 1 }] }))).toMatch(
      /^a\.json: users\[0\]\["password"\]: .*string/,
    );
    expect(await refused(json({ users: [{ ...USER, pasword: 'x' }] }))).toMatch(
      /^a\.json: users\[0\]: .*pasword/,
    );
    expect(await refused(json({ users: { a: 1 } }))).toMatch(/^a\.json: users: .*array/);
  });

  it('are refused for a permission that is not a regular expression', async () => {
    const permissions = { '/': { configure: '(', write: '.*', read: '.*' } };
    expect(await refused(json({ users: [{ ...USER, permissions }] }))).toBe(
      'a.json: users[0]["permissions"]["/"]["configure"]: not a regular expression',
    );
  });
});
