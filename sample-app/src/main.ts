import 'reflect-metadata';
import { readDemoOptions, USAGE, UsageError } from './demo/demo-options.js';
import { runDemo } from './demo/demo-run.js';

async function main(): Promise<number> {
  const options = readDemoOptions(process.argv.slice(2), process.env);
  if (!options.help) return runDemo(options);
  process.stdout.write(USAGE);
  return 0;
}

main().then(
  // Not process.exit: when all is closed the process ends by itself, and if it does not, something was left open.
  (status) => (process.exitCode = status),
  (error: unknown) => {
    const usage = error instanceof UsageError;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage ? 'See --help.\n' : ''}`);
    process.exitCode = usage ? 2 : 1;
  },
);
