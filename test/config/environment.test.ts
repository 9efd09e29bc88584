import { describe, expect, it } from 'vitest';
import { accepted, refused } from './support.ts';

describe('the environment', () => {
  it('sets an option by the variable named after its flag', async () => {
    const environment = { DIRECTMQ_FRAME_MAX: '64KiB', DIRECTMQ_DIRECT: 'true' };
    expect(await accepted({ environment })).toMatchObject({ frameMax: 65_536, direct: true });
  });

  it('names the config file', async () => {
    const options = await accepted({
      environment: { DIRECTMQ_CONFIG: 'broker.toml' },
      files: { 'broker.toml': 'port = 1234' },
    });
    expect(options.port).toBe(1234);
  });

  it('refuses an unknown variable and suggests the one meant', async () => {
    expect(await refused({ environment: { DIRECTMQ_SHARD: '2' } })).toMatch(
      /^unknown environment variable DIRECTMQ_SHARD; did you mean DIRECTMQ_SHARDS\? \(valid: /,
    );
  });

  it('refuses an unacceptable value by the name of its variable', async () => {
    expect(await refused({ environment: { DIRECTMQ_DIRECT: 'maybe' } })).toBe(
      'DIRECTMQ_DIRECT: "maybe" is not valid (valid: true, false)',
    );
  });

  it("ignores what is not the broker's", async () => {
    const environment = { PORT: '1', RABBITMQ_PORT: '2', directmq_port: '3' };
    expect((await accepted({ environment })).port).toBe(5672);
  });

  it('ignores the variables of a Kubernetes service that is called directmq', async () => {
    const environment = {
      DIRECTMQ_SERVICE_HOST: '10.0.0.1',
      DIRECTMQ_SERVICE_PORT: '5672',
      DIRECTMQ_PORT: 'tcp://10.0.0.1:5672',
      DIRECTMQ_PORT_5672_TCP_ADDR: '10.0.0.1',
    };
    expect((await accepted({ environment })).port).toBe(5672);
  });
});
