import type { Subscriber } from 'rxjs';
import { isObject } from './failures.js';

/** A subscriber, or at the end what runs a Task. */
export type Link = Partial<Subscriber<unknown>>;

/** The first of a subscriber, the one it serves, and so on: follows the links that every RxJS operator makes, up to a Task. */
export function findServed(subscriber: unknown, isWanted: (each: Link) => boolean): Link | undefined {
  let next = subscriber;
  while (isObject(next)) {
    if (isWanted(next)) return next;
    next = (next as { readonly destination?: unknown }).destination;
  }
  return undefined;
}

/** A subscriber of ours, through a Proxy, too. */
export function isOurs(link: Link & { readonly self?: object }): boolean {
  return link.self !== undefined;
}

/** Also where what `target` is has been wrapped in a Proxy. */
export function isSame(link: Link & { readonly self?: object }, target: object): boolean {
  return link === target || link.self === target;
}

export function isOpen(link: Link): boolean {
  return isSubscriber(link) && !link.closed;
}

export function hasLeft(link: Link): boolean {
  return isSubscriber(link) && link.closed;
}

/** By its shape: several copies of rxjs have a class each, and where the links end there are observers, too, which do not count. */
function isSubscriber(link: Link): link is Subscriber<unknown> {
  return 'add' in link;
}
