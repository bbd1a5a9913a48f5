import { catchError, debounceTime, distinctUntilChanged, EMPTY, filter, from, fromEvent, map, switchMap } from 'rxjs';
import { findProducts, socket } from './shop.js';

fromEvent(socket, 'search').pipe(
  filter((message) => typeof message?.term === 'string'),     // a client may send anything
  map(({ term }) => term.trim()),
  debounceTime(200),
  distinctUntilChanged(),
  switchMap((term) => from(findProducts(term)).pipe(         // only the latest counts
    catchError((err) => { console.error('search', err.message); return EMPTY; }))),
).subscribe((products) => socket.emit('products', products));
