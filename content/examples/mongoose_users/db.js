// db.js
import mongoose from 'mongoose';

mongoose.set('sanitizeFilter', true); // operators in nested filter values become literals
mongoose.set('bufferCommands', false); // do not queue calls before the first connection
mongoose.set('autoCreate', false); // it runs before the connection is open and relies on buffering
mongoose.set('runValidators', true); // validate updateOne, findOneAndUpdate, and friends

export async function connect(uri) {
  mongoose.connection.on('error', (err) => console.error('mongo', err));
  mongoose.connection.on('disconnected', () => console.warn('mongo disconnected'));
  await mongoose.connect(uri, {
    maxPoolSize: 20,
    waitQueueTimeoutMS: 2000, // 0 by default: wait for a free connection without limit
    serverSelectionTimeoutMS: 3000,
    socketTimeoutMS: 20000, // no limit by default; a read is tried twice, so a server that hangs costs 40 s
    autoIndex: false, // build indexes in a migration, not at boot
  });
}

export const disconnect = () => mongoose.disconnect();
