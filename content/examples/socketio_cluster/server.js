// --8<-- [start:setup]
import { createServer } from 'node:http';
import express from 'express';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { createAdapter } from '@socket.io/redis-streams-adapter';

const redis = createClient({ url: process.env.REDIS_URL });
redis.on('error', (err) => console.error('redis', err.message));   // without a listener, an error event throws
await redis.connect();

const app = express();
const httpServer = createServer(app);
const io = new Server(httpServer, {
  adapter: createAdapter(redis),
  connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: false },   // or no token is checked
});
httpServer.listen(process.env.PORT ?? 3000);
// --8<-- [end:setup]

let passed = 0;
io.use((socket, next) => { passed += 1; next(); });
io.on('connection', (socket) => {
  socket.emit('let in', { passed, recovered: socket.recovered });
  socket.on('shout', (text) => io.emit('heard', text));
});
