import { debounceTime, distinctUntilChanged, fromEvent, map, switchMap } from 'rxjs';
import { findProducts, socket } from './shop.js';

fromEvent(socket, 'search').pipe(
  map(({ term }) => term.trim()),
  debounceTime(200),
  distinctUntilChanged(),
  switchMap((term) => findProducts(term)),          // only the latest counts
).subscribe((products) => socket.emit('products', products));
