// Two copies of rxjs: that of the application, and that of a library which it uses.
import { asyncFinalize, createTask, gather } from 'rx-asyncio';
import { map, Observable, of, switchMap } from 'rxjs';
import {
  map as theirMap,
  Observable as TheirObservable,
  of as theirOf,
  switchMap as theirSwitchMap,
  throwError as theirThrowError,
  timer as theirTimer,
} from 'rxjs-oldest';

const ours = { map, of, switchMap };
const theirs = {
  map: theirMap,
  of: theirOf,
  switchMap: theirSwitchMap,
  throwError: theirThrowError,
  timer: theirTimer,
};

const holding =
  (name) =>
  async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise((resolve) => setTimeout(resolve, 10));
    console.log('cleaned up', name);
    throw signal.reason;
  };

/** Between those who cancel and those who clean up there are operators of both. */
function nested(outer, inner) {
  return outer.of(0).pipe(
    outer.switchMap(() => inner.of(0).pipe(inner.switchMap(() => gather([holding('inside')])))),
    outer.map((results) => results),
    asyncFinalize(async () => console.log('cleaned up around it')),
  );
}

async function main() {
  console.log('two copies', Observable !== TheirObservable);
  for (const [outer, inner] of [
    [ours, theirs],
    [theirs, ours],
    [theirs, theirs],
  ]) {
    const task = createTask(nested(outer, inner));
    task.cancel();
    await task.catch((error) => console.log(task.status, error.name));
  }
  const failure = new Error('failed');
  const failing = theirs.timer(1).pipe(theirs.switchMap(() => theirs.throwError(() => failure)));
  await createTask(gather([nested(theirs, theirs), failing])).catch((error) => console.log('fails', error === failure));
}

void main();
