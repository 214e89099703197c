import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SECURE_HEADERS } from './secure-headers.js';

/** The first of the guards: whatever the others say, the answer has its headers. */
@Injectable()
export class SecureHeadersGuard implements CanActivate {
  constructor(private readonly host: HttpAdapterHost) {}

  canActivate(context: ExecutionContext): true {
    const response = context.switchToHttp().getResponse<unknown>();
    for (const [name, value] of Object.entries(SECURE_HEADERS)) this.host.httpAdapter.setHeader(response, name, value);
    return true;
  }
}
