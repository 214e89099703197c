import { Writable } from 'node:stream';
import { scriptBytes } from '../../../../lib/engine/redis/connection/script-bytes.js';
import { ScriptCall } from '../../../../lib/engine/redis/connection/script-call.js';
import { RedisKeys } from '../../../../lib/engine/redis/redis-keys.js';

const keys = new RedisKeys('p').queue('q');
const afterAllPromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('scripts that are sent', () => {
  /** Of each write, how many scripts it held. */
  let writes: number[];
  let connection: Writable;
  const send = (argument: string): void => {
    connection.write(new ScriptCall(scriptBytes('stats', keys, [], [argument]), false).toWritable(connection));
  };

  beforeEach(async () => {
    writes = [];
    connection = new Writable({
      write: (_chunk, _encoding, done) => {
        writes.push(1);
        done();
      },
      writev: (chunks, done) => {
        writes.push(chunks.length);
        done();
      },
    });
    send('tells the script itself');
    await afterAllPromises();
    writes.length = 0;
  });

  it('in one go, and in what promises lead to there, leave in one write', async () => {
    queueMicrotask(() => {
      send('an enqueue');
      void Promise.resolve()
        .then(() => undefined)
        .then(() => send('and the turn behind it'));
    });
    await afterAllPromises();
    expect(writes).toEqual([2]);
  });

  it('one after the other leave each for itself', async () => {
    send('one');
    await afterAllPromises();
    send('other');
    await afterAllPromises();
    expect(writes).toEqual([1, 1]);
  });

  it('leave at once where they are large', () => {
    send('x'.repeat(5_000));
    send('x'.repeat(5_000));
    expect(writes).toEqual([1, 1]);
  });
});
