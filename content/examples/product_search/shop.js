import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export const socket = new EventEmitter();
export const asked = [];

// The first question takes longer than the second.
export function findProducts(term) {
  if (term === 'odd') throw new TypeError('at once, before there is a promise');
  asked.push(term);
  return find(term);
}

async function find(term) {
  await sleep(term === 'la' ? 500 : 10);
  if (term === 'broken') throw new Error('no database');
  return [term];
}
