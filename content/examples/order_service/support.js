export const anOrder = (over = {}) => ({
  id: 'o1', userId: 'u1', status: 'paid', total: 5000, fee: 0,
  placedAt: new Date('2026-11-01T12:00:00Z'), ...over,
});

export function fakeOrders() {
  const rows = new Map();
  return {
    find: async (id) => structuredClone(rows.get(id) ?? null), // copies, as a database would
    save: async (order) => { rows.set(order.id, structuredClone(order)); return structuredClone(order); },
  };
}

export function recordingMailer() {
  const sent = [];
  return { sent, send: async (...args) => { sent.push(args); } };
}
