import {
  ForbiddenException,
  Inject,
  Injectable,
  UnsupportedMediaTypeException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { AdminRequest } from '../admin.options.js';
import type { AdminSettings } from '../admin.settings.js';
import { ADMIN_SETTINGS } from '../admin.tokens.js';
import { isReadAcrossSites, isSameOrigin, PROOF_HEADER } from './same-origin.js';

const READS = ['GET', 'HEAD'];

/** Another site's page must not act, nor read, with what the browser of somebody who is logged in sends along. */
@Injectable()
export class OriginGuard implements CanActivate {
  constructor(@Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings) {}

  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<AdminRequest>();
    if (READS.includes(request.method)) {
      if (isReadAcrossSites(request)) throw new ForbiddenException('another site asks for it');
      return true;
    }
    if (!isJson(request)) throw new UnsupportedMediaTypeException('send content-type: application/json');
    if (!isSameOrigin(request, this.settings.publicOrigin))
      throw new ForbiddenException(
        `another site asks for it. Outside of a browser, send the header ${PROOF_HEADER}: 1`,
      );
    return true;
  }
}

/** Forms can not send it, so a page of another site has to ask first. */
function isJson({ headers }: AdminRequest): boolean {
  const [type = ''] = String(headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase() === 'application/json';
}
