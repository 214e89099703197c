// What examples in README, docs and doc comments may use without saying where it comes from.
import type { INestApplication } from '@nestjs/common';

export interface ChargeOrder {
  orderId: string;
  amount: number;
  card: string;
}

export interface Receipt {
  payment: string;
}

export interface PaymentRequest {
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export declare class PaymentService {
  charge(order: ChargeOrder, request?: PaymentRequest): Promise<string>;
}

export declare class MailService {
  send(to: string, subject: string): Promise<void>;
}

export declare const order: ChargeOrder;
export declare const payments: PaymentService;
export declare const mail: MailService;
export declare const app: INestApplication;
