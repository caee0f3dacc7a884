import { isObject } from './failures.js';

/** Several failures as one: it says how many, names the first few, and has the first as its cause. */
export function aggregateError(
  failures: readonly unknown[],
  headline: string,
  names: readonly string[],
): AggregateError {
  const said = failures.slice(0, 3).map((failure, index) => {
    const name = names[index];
    return name === undefined ? describeError(failure) : `${name}: ${describeError(failure)}`;
  });
  if (failures.length > said.length) said.push('…');
  return readable(new AggregateError(failures, `${headline}: ${said.join('; ')}`, { cause: failures[0] }));
}

/**
 * For `console.log` in Node, which prints both the errors and the cause: the first failure twice, and four times in a group
 * within a group. It is shown as the cause where it is the only one, else among the errors.
 */
function readable(error: AggregateError): AggregateError {
  const show = () => {
    const { errors, message, stack } = error;
    const shown = new AggregateError(errors, message, { cause: errors[0] });
    Reflect.deleteProperty(shown, errors.length === 1 ? 'errors' : 'cause');
    return Object.assign(shown, { stack }, error);
  };
  return Object.defineProperty(error, Symbol.for('nodejs.util.inspect.custom'), { value: show });
}

/** What a failure says, and what its cause adds to that, on one line each; looking at it never throws. */
function describeError(error: unknown): string {
  try {
    const said = messageOf(error);
    if (said === undefined) return firstLine(String(error));
    const reason = messageOf((error as Error).cause);
    return reason === undefined || said.includes(reason) ?
        firstLine(said)
      : `${firstLine(said)} (${firstLine(reason)})`;
  } catch {
    return 'an error that cannot be looked at';
  }
}

function messageOf(error: unknown): string | undefined {
  const message = isObject(error) && 'message' in error ? error.message : undefined;
  return typeof message === 'string' && message !== '' ? message : undefined;
}

/** Groups within groups would each repeat, for each of three failures, what all below them say. */
const longest = 200;

function firstLine(text: string): string {
  // No RegExp: where the stack is nearly full, compiling one ends the process.
  const lineEnd = text.indexOf('\n');
  const end = Math.min(lineEnd < 0 ? longest : lineEnd, longest);
  return text.length <= end ? text : `${text.slice(0, end).trimEnd()} …`;
}
