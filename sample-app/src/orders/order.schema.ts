import { z } from 'zod';

/** An order as the till writes it. Money is in cents, so that sums come out even. */
export const orderSchema = z.object({
  orderId: z.string().regex(/^A-\d+$/),
  placedAt: z.string(),
  customer: z.object({ name: z.string(), email: z.string() }),
  items: z
    .array(
      z.object({ sku: z.string(), title: z.string(), quantity: z.int().positive(), unitPrice: z.int().positive() }),
    )
    .min(1),
  amount: z.int().positive(),
  currency: z.enum(['EUR', 'GBP', 'USD']),
  cardToken: z.string(),
  /** Who delivers it. */
  partner: z.string(),
});

export type Order = z.infer<typeof orderSchema>;
