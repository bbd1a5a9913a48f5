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
  connectionStateRecovery: { maxDisconnectionDuration: 120_000 },
});
httpServer.listen(process.env.PORT ?? 3000);
// --8<-- [end:setup]

io.on('connection', (socket) => socket.on('shout', (text) => io.emit('heard', text)));
