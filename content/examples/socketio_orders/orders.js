// Stand-ins for a database.
export const mayRead = async (userId, orderId) => {
  if (orderId === 'broken') throw new Error('no database');
  return orderId === 'o-17';
};
export const shipOrder = async (id) => ({ id, shippedAt: '2026-11-29T12:00:00Z' });
