import type { INestApplicationContext, LoggerService, ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { JobClient, VigilModule, type VigilOptions } from '../../lib/index.js';

type Level = 'log' | 'warn' | 'error';

/** Keeps what an application writes to its log, and shows nothing of it. */
export class RecordedLogger implements LoggerService {
  private readonly lines: { level: Level; text: string }[] = [];

  log(text: unknown): void {
    this.lines.push({ level: 'log', text: String(text) });
  }

  warn(text: unknown): void {
    this.lines.push({ level: 'warn', text: String(text) });
  }

  error(text: unknown): void {
    this.lines.push({ level: 'error', text: String(text) });
  }

  of(level: Level): string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }
}

export interface StartedApp {
  readonly app: INestApplicationContext;
  readonly jobs: JobClient;
  readonly logger: RecordedLogger;
}

export interface StartOptions extends VigilOptions {
  /** Between the description of the module and its compilation. */
  readonly arrange?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/** Starts applications with jobs in memory, and closes each after its test. */
export function memoryApps(): (metadata: ModuleMetadata, options?: StartOptions) => Promise<StartedApp> {
  const open: INestApplicationContext[] = [];
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });
  return async (metadata, { arrange, ...options } = {}) => {
    const logger = new RecordedLogger();
    const imports = [VigilModule.forRoot({ ...options, isGlobal: true }), ...(metadata.imports ?? [])];
    const builder = Test.createTestingModule({ ...metadata, imports }).setLogger(logger);
    const app = await (arrange?.(builder) ?? builder).compile();
    open.push(app);
    await app.init();
    return { app, jobs: app.get(JobClient), logger };
  };
}
