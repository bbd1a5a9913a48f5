import { Server } from 'socket.io';
import { httpServer, verifyAccessToken } from './http.js';

const ORIGINS = new Set(['https://app.example.com']);
const io = new Server(httpServer, {
  maxHttpBufferSize: 50_000,
  transports: ['websocket'],                                 // same-origin polling GETs carry no Origin
  allowRequest: (req, callback) => callback(null, ORIGINS.has(req.headers.origin)),
});

io.use(async (socket, next) => {
  const refuse = (message, code) => next(Object.assign(new Error(message), { data: { code } }));   // connect_error at the client
  try {
    const claims = await verifyAccessToken(socket.handshake.auth?.token);
    const room = `user:${claims.sub}`;
    const open = io.of('/').adapter.rooms.get(room)?.size ?? 0;                      // on this node
    if (open >= 20) return refuse('too many connections', 'TOO_MANY');
    socket.join(room);                                       // in the same step: of fifty at once twenty get in
    socket.data.userId = claims.sub;
    socket.data.expiresAt = claims.exp * 1000;
    next();
  } catch {
    refuse('unauthorized', 'TOKEN_INVALID');
  }
});

io.on('connection', (socket) => {
  let timer;
  const arm = () => {                                        // a new expiry needs a new timer
    clearTimeout(timer);
    const left = Math.max(0, Math.min(socket.data.expiresAt - Date.now(), 2 ** 31 - 1));     // above 25 days it would fire at once
    timer = setTimeout(() => socket.disconnect(true), left);
  };
  arm();
  verifyAccessToken(socket.handshake.auth.token).catch(() => socket.disconnect(true));   // again: endSessions missed who was in io.use
  socket.on('reauth', async (token, ack) => {
    try {
      const claims = await verifyAccessToken(token);
      if (claims.sub !== socket.data.userId) throw new Error('token of another user');
      socket.data.expiresAt = claims.exp * 1000;
      if (socket.connected) arm();
      if (typeof ack === 'function') ack({ ok: true });
    } catch {
      socket.disconnect(true);
    }
  });
  socket.on('disconnect', () => clearTimeout(timer));
});

export const endSessions = (userId) => io.in(`user:${userId}`).disconnectSockets(true);
