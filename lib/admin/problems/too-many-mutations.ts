import { HttpException, HttpStatus } from '@nestjs/common';

export class TooManyMutations extends HttpException {
  constructor() {
    super('too many changes in a short time; for many dead letters begin a plan', HttpStatus.TOO_MANY_REQUESTS);
  }
}
