import { PassThrough } from 'node:stream';
import { RedisConnection } from '../../../../lib/engine/redis/connection/redis-connection.js';
import type { ScriptCall } from '../../../../lib/engine/redis/connection/script-call.js';
import { RedisKeys } from '../../../../lib/engine/redis/redis-keys.js';

describe('the way to Redis', () => {
  const connection = new RedisConnection({ target: 'redis://127.0.0.1:1', commandTimeoutMs: 1_000 });
  const { client } = connection;
  const keys = new RedisKeys('p').queue('q');
  const script = jest.fn<Promise<string>, [ScriptCall]>();
  const run = (): Promise<string> => connection.run('stats', keys, [], ['a']);

  beforeAll(() => {
    Object.assign(client, { status: 'ready', sendCommand: script });
  });
  beforeEach(() => script.mockReset());
  afterAll(() => connection.close());

  it('tells a script as often as Redis forgets it, with the same arguments', async () => {
    for (let n = 0; n < 4; n++) script.mockRejectedValueOnce(new Error('NOSCRIPT No matching script.'));
    script.mockResolvedValueOnce('done');
    expect(await run()).toBe('done');
    expect(script).toHaveBeenCalledTimes(5);
    const stream = new PassThrough();
    const sent = script.mock.calls.map(([call]) => call.toWritable(stream).toString());
    expect(sent.map((bytes) => bytes.includes('eval\r\n'))).toEqual([true, true, true, true, true]);
    for (const bytes of sent) expect(bytes).toBe(sent[0]);
  });

  it('does not go on for ever, and tells nothing else twice', async () => {
    script.mockRejectedValue(new Error('NOSCRIPT No matching script.'));
    await expect(run()).rejects.toThrow('NOSCRIPT');
    expect(script.mock.calls.length).toBeLessThan(20);
    script.mockReset().mockRejectedValue(new Error('ERR something else'));
    await expect(run()).rejects.toThrow('something else');
    expect(script).toHaveBeenCalledTimes(1);
  });
});
