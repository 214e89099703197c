// One worker of several on one queue: works until its parent lets go of it.
import { Crowd } from './crowd.js';

const { url, prefix, concurrency } = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  prefix: string;
  concurrency: number;
};

void Crowd.open({ url, prefix, concurrency, handle: () => undefined }, 1).then((crowd) => {
  process.on('message', () => void crowd.start());
  process.once('disconnect', () => void crowd.stop().then(() => process.exit()));
  process.send?.('ready');
});
