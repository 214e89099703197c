import type { JobLogger } from '../../core/job-logger.js';
import { VigilError } from '../../core/vigil.error.js';
import type { LockChoice, LockProvider, LockProviderClass } from '../../core/lock-provider.js';

/** A provider that has to be reached before it can be used. */
export interface OpenableLocks {
  readonly provider: LockProvider;
  open(): Promise<void>;
  close(): void;
}

export interface LockDirectoryParts {
  readonly memory: LockProvider;
  /** Of the engine, where other processes see its locks. */
  readonly redis?: LockProvider;
  readonly postgres?: OpenableLocks;
  readonly logger: JobLogger;
  /** The instance that the application has of a class, or nothing. */
  instanceOf(type: LockProviderClass): unknown;
}

/** Finds the provider that an entry names, or says at boot why there is none. */
export class LockDirectory {
  private readonly told = new Set<string>();
  private usesPostgres = false;

  constructor(private readonly parts: LockDirectoryParts) {}

  /**
   * The provider of `choice`; without a choice the engine's own; none for `false`.
   * @param place class and method of the entry, for errors
   * @throws VigilError `LOCK_NOT_CONFIGURED`, `LOCK_PROVIDER_MISSING`, `LOCK_INVALID`, each with the cure
   */
  providerOf(choice: LockChoice | undefined, place: string): LockProvider | undefined {
    const { memory, redis } = this.parts;
    switch (choice) {
      case false:
        return undefined;
      case undefined:
        return redis ?? memory;
      case 'memory':
        if (redis)
          this.tell(`${place}: lock: 'memory' keeps apart the runs of one process only; other instances do not see it`);
        return memory;
      case 'redis':
        return redis ?? this.instead(choice, 'no `redis` is configured');
      case 'postgres':
        return this.postgres(place);
      default:
        return this.custom(choice, place);
    }
  }

  /** Reaches the stores of the locks that were asked for, so that what is wrong with them is told at boot. */
  async open(): Promise<void> {
    if (this.usesPostgres) await this.parts.postgres?.open();
  }

  /** Gives up connections, and with them what is still held. */
  close(): void {
    this.parts.postgres?.close();
  }

  private postgres(place: string): LockProvider {
    const { postgres, redis } = this.parts;
    if (postgres) {
      this.usesPostgres = true;
      return postgres.provider;
    }
    if (!redis) return this.instead('postgres', 'no `locks.postgres` is configured');
    throw new VigilError(
      'LOCK_NOT_CONFIGURED',
      `${place}: lock: 'postgres' is not configured. Give the module locks: { postgres: { connectionString } }, or leave \`lock\` out to use the engine's own.`,
    );
  }

  private custom(type: unknown, place: string): LockProvider {
    if (typeof type !== 'function') {
      throw new VigilError(
        'LOCK_INVALID',
        `${place}: lock is ${JSON.stringify(type)}. Use 'redis', 'postgres', 'memory', false, or a class that extends LockProvider.`,
      );
    }
    const instance = this.parts.instanceOf(type as LockProviderClass) as Partial<LockProvider> | undefined;
    // By what it can do: another copy of the package has another class.
    if (typeof instance?.acquire === 'function') return instance as LockProvider;
    throw new VigilError(
      'LOCK_PROVIDER_MISSING',
      instance === undefined
        ? `${place}: lock: ${type.name} is provided by no module. Add it to the providers of a module that the application imports.`
        : `${place}: lock: ${type.name} has no method acquire(). Let it extend LockProvider.`,
    );
  }

  /** For development and tests without services: everything declared works, within this process. */
  private instead(choice: 'redis' | 'postgres', why: string): LockProvider {
    this.tell(`cron entries with lock: '${choice}' are kept apart in this process only, because ${why}`);
    return this.parts.memory;
  }

  private tell(line: string): void {
    if (this.told.has(line)) return;
    this.told.add(line);
    this.parts.logger.warn(line);
  }
}
