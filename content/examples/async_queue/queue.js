import async from 'async';
import { send } from './send.js';

const queue = async.queue(async (job) => send(job), 5);      // five at a time
queue.error((err, job) => console.error('failed', job.id, err.message));
queue.push({ id: 1 });
await queue.drain();                                          // until the last one is done
