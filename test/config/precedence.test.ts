import { describe, expect, it } from 'vitest';
import { accepted, refused } from './support.ts';

const files = { 'a.toml': 'port = 1\nframe-max = 5001\nchannel-max = 11' };

describe('precedence', () => {
  it('is command line, environment, config file, default', async () => {
    const options = await accepted({
      argv: ['--config', 'a.toml', '--port', '3'],
      environment: { DIRECTMQ_PORT: '2', DIRECTMQ_FRAME_MAX: '5002' },
      files,
    });
    expect(options).toMatchObject({ port: 3, frameMax: 5002, channelMax: 11, heartbeatS: 60 });
  });

  it('lets the command line switch off what the file switches on', async () => {
    const options = await accepted({
      argv: ['--config', 'a.toml', '--no-direct'],
      files: { 'a.toml': 'direct = true' },
    });
    expect(options.direct).toBe(false);
  });

  it("goes before the environment's config file with the command line's", async () => {
    const options = await accepted({
      argv: ['--config', 'a.toml'],
      environment: { DIRECTMQ_CONFIG: 'other.toml' },
      files,
    });
    expect(options.port).toBe(1);
  });

  it('checks what is overridden too', async () => {
    expect(await refused({ argv: ['--port', '1'], environment: { DIRECTMQ_PORT: 'x' } })).toMatch(
      /^DIRECTMQ_PORT: /,
    );
  });
});
