import { VigilError } from '../../../core/vigil.error.js';
import { EngineFullError, EngineTimeoutError, EngineUnavailableError } from '../../engine.errors.js';

/** Replies with which Redis refuses for the moment, before anything was done. */
const REFUSALS = [
  'LOADING',
  'READONLY',
  'MISCONF',
  'NOREPLICAS',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'UNBLOCKED',
  'NOAUTH',
  'WRONGPASS',
];

/** What a failed command means to whoever asked. */
export function engineError(error: unknown, what: string): VigilError {
  if (error instanceof VigilError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const cause = { cause: withoutArguments(error) };
  if (message.startsWith('OOM')) {
    return new EngineFullError(
      `${what}: Redis has reached maxmemory and takes no new work; what runs can still end. Free memory or raise maxmemory.`,
      cause,
    );
  }
  const code = message.split(' ', 1)[0] ?? '';
  if (REFUSALS.includes(code)) {
    return new EngineUnavailableError(`${what}: Redis refuses at the moment (${message})`, cause);
  }
  const outdated = /VIGIL_OUTDATED (turn|operation)/.exec(message);
  if (outdated) {
    const turn = outdated[1] === 'turn';
    return new VigilError(turn ? 'TURN_OUTDATED' : 'OPERATION_OUTDATED', `${what}: ${message}; it was ignored`, cause);
  }
  // Redis answered, with an error of the command itself.
  if (error instanceof Error && error.name === 'ReplyError') {
    return new VigilError('ENGINE_FAILED', `${what}: Redis answered: ${message}`, cause);
  }
  return new EngineTimeoutError(
    `${what}: the connection to Redis broke before an answer came (${message}); it may or may not have been done`,
    cause,
  );
}

/** A command that was under way when its connection broke was sent again: what is refused then may have been done before. */
export function ofRepetition(failure: VigilError, what: string): VigilError {
  if (!(failure instanceof EngineUnavailableError || failure instanceof EngineFullError)) return failure;
  return new EngineTimeoutError(
    `${what}: the connection to Redis broke before an answer came, and the repetition was refused (${failure.code}); it may or may not have been done`,
    { cause: failure },
  );
}

/** Takes from an error of ioredis what was sent with its command: payloads, and at the login the password. */
export function withoutArguments<T>(error: T): T {
  if (error instanceof Error) {
    Reflect.deleteProperty(error, 'command');
    withoutArguments(Reflect.get(error, 'lastNodeError'));
  }
  return error;
}

/** Whether the server will not have us, however often we ask; what it said. */
export function refusedLogin(error: Error): string | undefined {
  // Of a Cluster, the last node that was asked.
  const { message } = (Reflect.get(error, 'lastNodeError') as Error | undefined) ?? error;
  return /^(NOAUTH|WRONGPASS)\b/.test(message) ? message : undefined;
}

export function outcomeUnknown(what: string, ms: number): EngineTimeoutError {
  return new EngineTimeoutError(`${what}: no answer from Redis within ${ms} ms; it may or may not have been done`);
}
