import { BadRequestException, Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { EnqueueReceipt } from 'nestjs-vigil';
import { z } from 'zod';
import { orderSchema } from './order.schema.js';
import { OrdersService } from './orders.service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  /** Answers at once, with the job's id: the card is charged later. */
  @Post()
  @HttpCode(202)
  place(@Body() body: unknown): Promise<EnqueueReceipt<void>> {
    const order = orderSchema.safeParse(body);
    if (!order.success) throw new BadRequestException(z.prettifyError(order.error));
    return this.orders.place(order.data);
  }
}
