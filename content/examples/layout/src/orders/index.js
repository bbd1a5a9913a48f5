export { orderRoutes } from './routes.js';
export { createOrderRepository } from './repository.js';
export { createOrderService } from './service.js';
