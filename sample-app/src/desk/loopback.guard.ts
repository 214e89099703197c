import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AdminRequest } from 'nestjs-vigil';

interface DeskRequest extends AdminRequest {
  readonly socket: { readonly remoteAddress?: string };
  user?: unknown;
}

const OWN_ADDRESSES = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Lets in whoever sits at this machine. A shop that is reached by others would ask who they are. */
@Injectable()
export class LoopbackGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<DeskRequest>();
    // The name as well, because a page of elsewhere can have its own name lead here.
    const name = String(request.headers.host).replace(/:\d+$/, '');
    if (!OWN_ADDRESSES.includes(request.socket.remoteAddress ?? '') || !OWN_NAMES.includes(name)) return false;
    request.user = { name: 'shop desk' };
    return true;
  }
}
