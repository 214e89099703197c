import { request, type IncomingHttpHeaders } from 'node:http';
import {
  Injectable,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type ModuleMetadata,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { VigilModule, type AdminOptions, type AdminRequest, type VigilOptions } from '../../lib/index.js';
import { RecordedLogger } from './nest-apps.js';

export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** Lets in whoever names himself in a header, as a real one would by a session. */
@Injectable()
export class HeaderGuard implements CanActivate {
  /** What reached it, as `METHOD url`. */
  static readonly asked: string[] = [];

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AdminRequest & { user?: unknown }>();
    HeaderGuard.asked.push(`${request.method} ${request.url}`);
    const name = request.headers['x-user'];
    if (typeof name !== 'string') return false;
    request.user = { email: `${name}@example.org` };
    return true;
  }
}

export interface AdminAppOptions extends VigilOptions {
  readonly admin?: AdminOptions;
  /** Instead of the usual one. */
  readonly httpAdapter?: AbstractHttpAdapter;
  /** Before it listens. */
  readonly arrange?: (app: INestApplication) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON, into which tests look
  readonly body: any;
  readonly text: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export interface AdminApp {
  readonly app: INestApplication;
  /** Of the server, without a path. */
  readonly url: string;
  readonly logger: RecordedLogger;
  /** Of Ada, below the admin's path. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** As Ada's browser sends it from the admin's own page. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export const ADA: Record<string, string> = { 'x-user': 'ada' };
export const OWN_PAGE: Record<string, string> = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };

/** Starts servers with jobs in memory, and closes each after its test. */
export function adminApps(): (
  adapter: Adapter,
  metadata: ModuleMetadata,
  options?: AdminAppOptions,
) => Promise<AdminApp> {
  const open: INestApplication[] = [];
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
    HeaderGuard.asked.length = 0;
  });
  return async (adapter, metadata, { admin = { guards: [HeaderGuard] }, httpAdapter, arrange, ...options } = {}) => {
    const logger = new RecordedLogger();
    const imports = [VigilModule.forRoot({ ...options, admin, isGlobal: true }), ...(metadata.imports ?? [])];
    const compiled = await Test.createTestingModule({ ...metadata, imports })
      .setLogger(logger)
      .compile();
    const app = compiled.createNestApplication(
      httpAdapter ?? (adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter()),
    );
    open.push(app);
    arrange?.(app);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const at = (path: string): string => `${url}/admin/jobs/api/${path}`;
    return {
      ...{ app, url, logger },
      get: (path, headers) => ask(at(path), { headers: { ...ADA, ...headers } }),
      post: (path, body, headers) =>
        ask(at(path), { method: 'POST', body: JSON.stringify(body), headers: { ...ADA, ...OWN_PAGE, ...headers } }),
    };
  };
}

export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text ? JSON.parse(text) : undefined,
    text,
  };
}

/** The path as it is written, which `fetch` would tidy up. */
export function askRaw(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });
}

/** The application's own interface may have versions; the admin has none. */
export const versioned = (app: INestApplication): void => {
  app.setGlobalPrefix('internal/v0');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '7' });
};
