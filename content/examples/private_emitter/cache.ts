import { EventEmitter } from 'node:events';

export class Cache {
  #events = new EventEmitter<{ expired: [key: string, ageMs: number] }>();

  onExpired(listener: (key: string, ageMs: number) => void): () => void {
    this.#events.on('expired', listener);
    return () => { this.#events.off('expired', listener); }; // off() returns the emitter
  }
}
