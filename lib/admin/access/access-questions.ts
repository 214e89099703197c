import {
  createParamDecorator,
  HttpException,
  HttpStatus,
  UseGuards,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { ContextIdFactory, type ExternalContextCreator } from '@nestjs/core';
import { Requires, type AdminRight } from './admin-right.js';

/** The request as guards are given it. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): unknown[] => context.getArgs());

/** Nest's own name for what `UseGuards` leaves on a class. */
const GUARDS = '__guards__';
/** How guards refuse; all else is a guard that could not tell. */
const REFUSALS: readonly number[] = [HttpStatus.UNAUTHORIZED, HttpStatus.FORBIDDEN, HttpStatus.NOT_FOUND];

/** What a request may do, so that a page need not offer what would be refused. */
export interface Access {
  readonly rights: readonly AdminRight[];
  /** The name under which a change would stand in the audit; absent for whoever has none, who changes nothing. */
  readonly actor?: string;
}

/** Handlers that no route leads to. What guards say of them they would say of every route that asks for the same right. */
export class AccessQuestions {
  @Requires('view-payload')
  viewPayload(this: void): void {}

  @Requires('operate')
  operate(this: void): void {}
}

type AskedRight = Exclude<AdminRight, 'view'>;

const QUESTIONS = { 'view-payload': 'viewPayload', operate: 'operate' } as const;
const ASKED_FOR = Object.keys(QUESTIONS) as AskedRight[];
const GUARDS_ONLY = { guards: true, interceptors: false, filters: false };

/** Whether a guard is merely asked, and nothing is changed afterwards. */
export function isQuestion(context: ExecutionContext): boolean {
  return context.getHandler() === AccessQuestions.prototype.operate;
}

/** A provider behind the very guards of a controller, those that decorators added included. */
export function questionsBehind(controller: Type): Type<AccessQuestions> {
  const copy = class extends AccessQuestions {};
  UseGuards(...(Reflect.getMetadata(GUARDS, controller) as Parameters<typeof UseGuards>))(copy);
  return copy;
}

/** Tells whether Nest would let a request through to other routes, global guards and those made for each request included. */
export class RightsReader {
  constructor(
    private readonly questions: AccessQuestions,
    private readonly creator: ExternalContextCreator,
  ) {}

  /** Of a request that has reached a route for viewing. It grants nothing. */
  async of(request: readonly unknown[]): Promise<AdminRight[]> {
    const rights: AdminRight[] = ['view'];
    for (const right of ASKED_FOR) if (await this.has(right, request)) rights.push(right);
    return rights;
  }

  async has(right: AskedRight, request: readonly unknown[]): Promise<boolean> {
    const { questions, creator } = this;
    const name = QUESTIONS[right];
    const contextId = ContextIdFactory.getByRequest(request[0] as object);
    const handler = questions[name];
    const ask = creator.create(questions, handler, name, undefined, undefined, contextId, undefined, GUARDS_ONLY);
    try {
      await ask(...request);
      return true;
    } catch (error) {
      if (!(error instanceof HttpException) || !REFUSALS.includes(error.getStatus())) throw error;
      return false;
    }
  }
}
