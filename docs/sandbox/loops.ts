import { type Node, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { Subscriber } from 'rxjs';

const most = 2000;
const { port1, port2 } = new MessageChannel();
let since: number | undefined;
port1.onmessage = () => {
  since = undefined;
};

/** Fails where a program has not let go of the page for two seconds: the reader could not even stop it. */
export function checkLoop(): void {
  if (since === undefined) {
    since = performance.now();
    port2.postMessage(undefined);
  } else if (performance.now() - since > most)
    throw new Error(`A loop has run for ${most / 1000} seconds, and the page had to stand still.`);
}

// A loop of rxjs, that of `range` say, comes by here in each of its turns.
Subscriber.prototype.next = new Proxy(Subscriber.prototype.next, {
  apply(next, subscriber, values: [unknown]) {
    checkLoop();
    Reflect.apply(next, subscriber, values);
  },
});

/**
 * A program, each loop of which calls `checkLoop` in each of its turns, and each function when it is called: a microtask that starts
 * itself for ever is a loop as well.
 */
export function checkLoops(code: string): string {
  const inserted: [number, string][] = [];
  const around = ({ start, end }: Node, [before, after]: [string, string]) =>
    inserted.push([start, before], [end, after]);
  const loop = ({ body }: { body: Node }) => around(body, ['{ checkLoop(); ', '}']);
  const called = ({ body }: { body: Node }) => {
    if (body.type === 'BlockStatement') inserted.push([body.start + 1, ' checkLoop(); ']);
    else around(body, ['(checkLoop(), ', ')']);
  };
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true }), {
    ForStatement: loop,
    ForInStatement: loop,
    ForOfStatement: loop,
    WhileStatement: loop,
    DoWhileStatement: loop,
    Function: called,
  });
  // From the end on; of two that end in the same place, the inner one, which is the first here, closes before the outer one.
  return inserted
    .reverse()
    .sort(([one], [other]) => other - one)
    .reduce((text, [at, part]) => text.slice(0, at) + part + text.slice(at), code);
}
