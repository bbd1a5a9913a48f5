import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export const socket = new EventEmitter();
export const asked = [];

// The first question takes longer than the second.
export async function findProducts(term) {
  asked.push(term);
  await sleep(term === 'la' ? 500 : 10);
  if (term === 'broken') throw new Error('no database');
  return [term];
}
