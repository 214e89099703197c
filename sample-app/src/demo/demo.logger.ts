import { ConsoleLogger } from '@nestjs/common';
import type { Screen } from './screen.js';

/** What Nest says of its own boot: true, but not what this is about. An error at boot is thrown to us as well. */
const NEST_BOOT = new Set([
  'ExceptionHandler',
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's console logger, kept apart from the progress bar. */
export class DemoLogger extends ConsoleLogger {
  constructor(private readonly screen: Screen) {
    super({ prefix: 'shop', colors: screen.interactive, logLevels: ['log', 'warn', 'error', 'fatal'] });
  }

  protected override printMessages(...args: Parameters<ConsoleLogger['printMessages']>): void {
    const [, context = ''] = args;
    if (NEST_BOOT.has(context)) return;
    this.screen.above(() => super.printMessages(...args));
  }
}
