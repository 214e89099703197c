// got is published as an ES module only, which jest can not load: its errors are judged in a process of their own.
import { classifyError } from '../../../lib/runner/classify-error.js';

async function verdictOf(url: string): Promise<unknown> {
  const { got } = await import('got');
  try {
    await got(url, { retry: { limit: 0 } });
    return 'no error';
  } catch (error) {
    return classifyError(error, Date.now());
  }
}

void Promise.all(process.argv.slice(2).map(verdictOf)).then((verdicts) =>
  process.stdout.write(JSON.stringify(verdicts)),
);
