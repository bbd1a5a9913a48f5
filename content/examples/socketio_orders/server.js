import { createServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';
import { mayRead, shipOrder } from './orders.js';

const app = express();
const httpServer = createServer(app);
const io = new Server(httpServer, {
  cors: { origin: ['https://app.example.com'], credentials: true },
  maxHttpBufferSize: 100_000,            // default 1e6 bytes
});

app.use(express.json());
app.post('/orders/:id/ship', async (req, res) => {
  const order = await shipOrder(req.params.id);          // a rejection reaches Express 5's error handler
  io.to(`order:${order.id}`).emit('order:shipped', { id: order.id, at: order.shippedAt });
  res.status(202).json(order);
});

io.on('connection', (socket) => {
  socket.on('order:watch', async (orderId, ack) => {
    if (typeof ack !== 'function') return;               // client sent no callback
    try {
      if (!(await mayRead(socket.data.userId, orderId))) return ack({ ok: false, error: 'forbidden' });
      await socket.join(`order:${orderId}`);
      ack({ ok: true });
    } catch (err) {
      console.error('order:watch failed', err);
      ack({ ok: false, error: 'internal' });
    }
  });
  socket.on('disconnect', (reason) => console.log('gone', socket.id, reason));
});

httpServer.listen(process.env.PORT ?? 3000);
