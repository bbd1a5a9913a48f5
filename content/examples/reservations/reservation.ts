import { z } from 'zod';

export const Reservation = z.strictObject({
  sku: z.string().trim().regex(/^[A-Z]{3}-\d{1,6}$/),
  quantity: z.int32().positive(),
});
export type Reservation = z.infer<typeof Reservation>;

export function parseReservation(body: unknown): Reservation {
  return Reservation.parse(body); // throws ZodError; the error handler answers 400
}
