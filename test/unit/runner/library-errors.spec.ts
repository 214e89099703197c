import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { BadGatewayException, NotFoundException } from '@nestjs/common';
import axios from 'axios';
import { IsEmail, validate, validateOrReject } from 'class-validator';
import { request } from 'undici';
import * as v from 'valibot';
import { z } from 'zod';
import { recordError } from '../../../lib/core/record-error.js';
import { classifyError } from '../../../lib/runner/classify-error.js';

const execute = promisify(execFile);

/** Errors as the libraries themselves throw them, got by really calling a server. */
describe('errors of real libraries', () => {
  let server: Server;
  let url: string;
  let refused: string;

  beforeAll(async () => {
    server = createServer((incoming, answer) => {
      const [, status = '500', mode] = incoming.url?.split('/') ?? [];
      if (mode === 'hang') return;
      if (mode === 'reset') return void incoming.socket.destroy();
      answer
        .writeHead(Number(status), { 'retry-after': '3', 'content-type': 'application/json' })
        .end('{"message":"no"}');
    });
    url = await listen(server);
    const closed = createServer();
    refused = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const verdict = (error: unknown): unknown => classifyError(error, Date.now());
  const RETRY = { verdict: 'retry' };
  const RETRY_AFTER = { verdict: 'retry', afterMs: 3_000 };
  const BURY = { verdict: 'bury' };

  it('fetch: a refused connection, a reset one, and a timeout', async () => {
    const error = await thrown(fetch(refused));
    expect(verdict(error)).toEqual(RETRY);
    expect(recordError(error)).toMatchObject({ name: 'TypeError', causes: [{ code: 'ECONNREFUSED' }] });
    expect(verdict(await thrown(fetch(`${url}/200/reset`)))).toEqual(RETRY);
    expect(verdict(await thrown(fetch(`${url}/200/hang`, { signal: AbortSignal.timeout(20) })))).toEqual(RETRY);
  });

  it('fetch: an answer that the user made an error of', async () => {
    const call = async (status: number): Promise<void> => {
      const response = await fetch(`${url}/${status}`);
      if (!response.ok) throw new Error(`payment server answered ${response.status}`, { cause: response });
    };
    expect(verdict(await thrown(call(503)))).toEqual(RETRY_AFTER);
    expect(verdict(await thrown(call(429)))).toEqual(RETRY_AFTER);
    expect(verdict(await thrown(call(400)))).toEqual(BURY);
    expect(recordError(await thrown(call(503))).httpStatus).toBe(503);
  });

  it('undici: a refused connection, a body that does not come', async () => {
    expect(verdict(await thrown(request(refused)))).toEqual(RETRY);
    expect(verdict(await thrown(request(`${url}/200/hang`, { headersTimeout: 20 })))).toEqual(RETRY);
  });

  it('axios: statuses, a refused connection, a timeout', async () => {
    expect(verdict(await thrown(axios.get(`${url}/503`)))).toEqual(RETRY_AFTER);
    expect(verdict(await thrown(axios.get(`${url}/429`)))).toEqual(RETRY_AFTER);
    expect(verdict(await thrown(axios.get(`${url}/422`)))).toEqual(BURY);
    expect(verdict(await thrown(axios.get(refused)))).toEqual(RETRY);
    expect(verdict(await thrown(axios.get(`${url}/200/hang`, { timeout: 20 })))).toEqual(RETRY);
    expect(recordError(await thrown(axios.get(`${url}/422`)))).toMatchObject({ name: 'AxiosError', httpStatus: 422 });
  });

  it('got: statuses and a refused connection', async () => {
    const register = join(__dirname, '../../support/register-typescript.cjs');
    const fixture = join(__dirname, 'got-verdicts.fixture.ts');
    const { stdout } = await execute(process.execPath, ['-r', register, fixture, `${url}/503`, `${url}/404`, refused]);
    expect(JSON.parse(stdout)).toEqual([RETRY_AFTER, BURY, RETRY]);
  });

  it('AWS SDK: statuses', async () => {
    const call = (status: number): Promise<unknown> =>
      new STSClient({
        region: 'eu-central-1',
        endpoint: `${url}/${status}`,
        credentials: { accessKeyId: 'key', secretAccessKey: 'none' },
        maxAttempts: 1,
      }).send(new GetCallerIdentityCommand({}));
    expect(verdict(await thrown(call(400)))).toEqual(BURY);
    expect(verdict(await thrown(call(503)))).toEqual(RETRY_AFTER);
    expect(recordError(await thrown(call(503))).httpStatus).toBe(503);
  });

  it('Nest, also wrapped by the user', () => {
    expect(verdict(new Error('look-up failed', { cause: new NotFoundException() }))).toEqual(BURY);
    expect(verdict(new BadGatewayException('x', { cause: new NotFoundException() }))).toEqual(RETRY);
  });

  it('Zod, Valibot, class-validator', async () => {
    class Mail {
      @IsEmail()
      to = 'nobody';
    }
    expect(verdict(caught(() => z.object({ to: z.email() }).parse({ to: 1 })))).toEqual(BURY);
    expect(verdict(caught(() => v.parse(v.object({ to: v.string() }), {})))).toEqual(BURY);
    expect(verdict(await thrown(validateOrReject(new Mail())))).toEqual(BURY);
    expect(verdict((await validate(new Mail()))[0])).toEqual(BURY);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function thrown(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
