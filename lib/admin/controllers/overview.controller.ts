import { Get, Inject } from '@nestjs/common';
import { Requires } from '../access/admin-right.js';
import { OverviewReader, type Overview } from '../views/overview.js';

export class OverviewController {
  constructor(@Inject(OverviewReader) private readonly reader: OverviewReader) {}

  @Get()
  @Requires('view')
  read(): Promise<Overview> {
    return this.reader.read();
  }
}
