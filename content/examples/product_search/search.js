import { catchError, debounceTime, defer, distinctUntilChanged, EMPTY, filter, fromEvent, map, switchMap } from 'rxjs';
import { findProducts, socket } from './shop.js';

fromEvent(socket, 'search').pipe(
  filter((message) => typeof message?.term === 'string'),     // a client may send anything
  map(({ term }) => term.trim()),
  debounceTime(200),
  distinctUntilChanged(),
  switchMap((term) => defer(() => findProducts(term)).pipe(  // only the latest counts; defer: it may also throw at once
    catchError((err) => { console.error('search', err?.message); return EMPTY; }))),
).subscribe((products) => socket.emit('products', products));
