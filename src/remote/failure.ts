import { isObject } from '../cleanup/failures.js';
import { suppress, suppressed } from '../cleanup/report.js';
import { CancelledError } from '../errors.js';

// BullMQ carries a failure as one string, the message. What else there is to an error follows it there, as JSON on a line of
// its own: so there is nothing to be fetched, nothing to be lost, and dashboards show the message first.

const mark = '\nrx-asyncio: ';
const deepest = 8;
const most = 100;

interface Carried {
  /** Where it was no Error. */
  readonly thrown?: unknown;
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly cause?: Carried;
  readonly errors?: readonly Carried[];
  readonly suppressed?: readonly Carried[];
}

/** A failure as BullMQ's `failedReason`. */
export function encodeFailure(failure: unknown): string {
  const carried = carry(failure, []);
  const message = carried.message ?? `${String(carried.name)}: ${JSON.stringify(carried.thrown)}`;
  return `${message}${mark}${JSON.stringify(carried)}`;
}

/** A failure as it was there, as far as it could be carried. `where` it was is told in its stack. */
export function decodeFailure(failedReason: string, where: string): unknown {
  const start = failedReason.lastIndexOf(mark);
  try {
    if (start >= 0) return revive(JSON.parse(failedReason.slice(start + mark.length)) as Carried, where);
  } catch {
    // Somebody else's, that looks like ours.
  }
  return revive({ name: 'Error', message: failedReason }, where);
}

function carry(failure: unknown, above: readonly unknown[]): Carried {
  if (above.includes(failure)) return { name: 'Error', message: 'an error that leads back to itself' };
  const inner = [...above, failure];
  const all = (list: unknown) =>
    Array.isArray(list) && list.length > 0 && inner.length < deepest ?
      [
        ...list.slice(0, most).map((each) => carry(each, inner)),
        ...(list.length > most ? [{ name: 'thrown', thrown: `and ${list.length - most} more` }] : []),
      ]
    : undefined;
  try {
    if (!(failure instanceof Error) && !(isObject(failure) && 'message' in failure && 'stack' in failure)) {
      return { name: 'thrown', thrown: plain(failure) ?? String(failure) };
    }
    const { name, message, stack, cause, errors } = failure as Readonly<Record<string, unknown>>;
    const list = all(errors);
    const later = all(suppressed(failure));
    return {
      name: String(name),
      message: String(message),
      stack: String(stack),
      properties: propertiesOf(failure),
      ...(cause !== undefined && inner.length < deepest && { cause: carry(cause, inner) }),
      ...(list && { errors: list }),
      ...(later && { suppressed: later }),
    };
  } catch {
    return { name: 'Error', message: 'an error that cannot be looked at' };
  }
}

/** The own ones that JSON can carry, and `code`, which some classes have on their prototype. */
function propertiesOf(error: object): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const key of ['code', ...Object.keys(error)]) {
    if (['name', 'message', 'stack', 'cause', 'errors'].includes(key)) continue;
    const value = plain((error as Record<string, unknown>)[key]);
    if (value !== undefined) properties[key] = value;
  }
  return properties;
}

/** What JSON makes of it; nothing where it cannot be carried. */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch {
    return undefined;
  }
}

const natives = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

function revive(carried: Carried, where: string): unknown {
  if ('thrown' in carried) return carried.thrown;
  const { name = 'Error', message = '', stack = '', properties, cause, errors, suppressed: later } = carried;
  const options = cause && { cause: revive(cause, where) };
  const error = make(
    name,
    message,
    options,
    errors?.map((each) => revive(each, where)),
  );
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  // Where it was comes first, then the lines of the stack there.
  const headline = `${name}: ${message}`;
  const lines = stack.startsWith(headline) ? stack.slice(headline.length) : stack && `\n${stack}`;
  const remote = `${headline}\n    at ${where} (remote)${lines}`;
  Object.defineProperty(error, 'stack', { value: remote, configurable: true, writable: true });
  Object.assign(error, properties);
  if (later)
    suppress(
      error,
      later.map((each) => revive(each, where)),
    );
  return error;
}

function make(name: string, message: string, options?: ErrorOptions, errors?: readonly unknown[]): Error {
  if (errors !== undefined) return new AggregateError(errors, message, options);
  if (name === 'CancelledError') return new CancelledError(message, options);
  const Native = natives.find((each) => each.name === name) ?? Error;
  return new Native(message, options);
}
