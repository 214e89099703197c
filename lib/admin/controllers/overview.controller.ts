import { Get, Inject } from '@nestjs/common';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { OverviewModel } from '../openapi/figure-models.js';
import { OverviewReader, type Overview } from '../views/overview.js';

export class OverviewController {
  constructor(@Inject(OverviewReader) private readonly reader: OverviewReader) {}

  @Get()
  @Requires('view')
  @Described('How things stand', OverviewModel)
  read(): Promise<Overview> {
    return this.reader.read();
  }
}
