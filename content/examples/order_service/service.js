export class RuleError extends Error {
  constructor(code, message) { super(message); this.code = code; }
}

export function createOrderService({ orders, mailer, clock }) {
  return {
    async cancel(orderId, userId) {
      const order = await orders.find(orderId);
      if (!order || order.userId !== userId) throw new RuleError('NOT_FOUND', 'order not found');
      if (order.status === 'cancelled') return order;                       // idempotent
      if (order.status === 'shipped') throw new RuleError('TOO_LATE', 'already shipped');
      const hours = (clock().getTime() - order.placedAt.getTime()) / 3_600_000;
      const fee = hours > 24 ? Math.round(order.total * 0.1) : 0;
      const cancelled = await orders.save({ ...order, status: 'cancelled', fee });
      await mailer.send(order.userId, 'order-cancelled', { orderId, fee });
      return cancelled;
    },
  };
}
