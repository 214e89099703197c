import { z } from 'zod';

/** An invoice to a company, which has a tax number. */
export const invoiceSchema = z.object({
  orderId: z.string().regex(/^A-\d+$/),
  company: z.object({ name: z.string().min(1), taxNumber: z.string().regex(/^[A-Z]{2}\d{9}$/), email: z.email() }),
  amount: z.int().positive(),
  currency: z.enum(['EUR', 'GBP', 'USD']),
});

export type Invoice = z.infer<typeof invoiceSchema>;
