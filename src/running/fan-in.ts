import { forkJoin, from, map, mergeAll, type Observable } from 'rxjs';

// RxJS 7 removes a finished inner subscription from its parent by searching an array, so `forkJoin` and `merge` of n
// sources take n² steps to finish. A tree of them, none wider than this, takes n: each finished source is searched for
// among at most so many.
const width = 128;

/** Joins any number of items: in groups by `join`, and the groups by `forkJoin`. */
export function joinAll<T, R>(items: readonly T[], join: (group: readonly T[]) => Observable<R[]>): Observable<R[]> {
  const joins = inGroups(items).map(join);
  const joined = joins.length <= width ? forkJoin(joins) : joinAll(joins, (group) => forkJoin(group));
  return joined.pipe(map((results) => ([] as R[]).concat(...results)));
}

/** `merge` of any number of sources. */
export function mergeMany<T>(sources: readonly Observable<T>[]): Observable<T> {
  if (sources.length <= width) return from(sources).pipe(mergeAll());
  return mergeMany(inGroups(sources).map(mergeMany));
}

function inGroups<T>(sources: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (let start = 0; start < sources.length; start += width) groups.push(sources.slice(start, start + width));
  return groups;
}
