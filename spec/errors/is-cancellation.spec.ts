import { CancelledError, InvalidStateError, isCancellation } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';

function named(name: string, properties: object = {}): Error {
  return Object.assign(new Error('an error'), { name }, properties);
}

function causedBy(cause: unknown): Error {
  return new Error('wrapped', { cause });
}

/** An error whose cause, so many levels down, is `innermost`. */
function chain(length: number, innermost: unknown): unknown {
  return length === 0 ? innermost : causedBy(chain(length - 1, innermost));
}

/** As `await using` throws it, also where the platform does not have the class. */
function suppressedError(error: unknown, suppressed: unknown): Error {
  return named('SuppressedError', { error, suppressed });
}

function aborted(reason: unknown): AbortSignal {
  return AbortSignal.abort(reason);
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const cannotBeLookedAt = () => {
  throw new Error('not to be looked at');
};

const cancelled = new CancelledError();
const abortError = new DOMException('This operation was aborted', 'AbortError');
const failure = new Error('failed');

it('is the same function in both entries', () => {
  expect(promises.isCancellation).toBe(isCancellation);
});

describe('an error is a cancellation when it', () => {
  // Another name, so that nothing but the mark is there to go by.
  class CancelledElsewhere extends Error {
    override readonly name = 'CancelledElsewhere' as string;
  }
  Object.assign(CancelledElsewhere.prototype, { [Symbol.for('rx-asyncio.CancelledError')]: true });

  class Stopped extends CancelledError {}
  Object.assign(Stopped.prototype, { name: 'Stopped' });

  it.each<[string, unknown]>([
    ['is a CancelledError', cancelled],
    ['is a CancelledError with a message and a cause', new CancelledError('stop', { cause: failure })],
    ['is of a class that extends CancelledError', new Stopped()],
    ['bears the mark of another copy of the package', new CancelledElsewhere()],
    ['is named CancelledError, as a copy without the mark is', named('CancelledError')],
    ['is a plain object named CancelledError', structuredClone({ name: 'CancelledError', message: 'cancelled' })],
    ['is a DOMException named AbortError', abortError],
    ['is named AbortError', named('AbortError')],
    ['is named CancelError', named('CancelError')],
    ['is named CanceledError', named('CanceledError')],
    ['has the code ABORT_ERR', Object.assign(new Error(), { code: 'ABORT_ERR' })],
    ['has the code ERR_CANCELED', Object.assign(new Error(), { code: 'ERR_CANCELED' })],
    ['has the code ERR_ABORTED', Object.assign(new Error(), { code: 'ERR_ABORTED' })],
    ['has isCanceled === true', Object.assign(new Error(), { isCanceled: true })],
    ['is frozen', Object.freeze(named('AbortError'))],
    ['has no prototype', Object.assign(Object.create(null) as object, { name: 'AbortError' })],
  ])('%s', (_title, error) => {
    expect(isCancellation(error)).toBe(true);
    expect(isCancellation(error, undefined)).toBe(true);
    expect(isCancellation(error, new AbortController().signal)).toBe(true);
    expect(isCancellation(error, aborted('another reason'))).toBe(true);
  });
});

describe('an error is no cancellation when it', () => {
  it.each<[string, unknown]>([
    ['is any other error', failure],
    ['is the InvalidStateError of the package', new InvalidStateError('pending')],
    ['is a DOMException of another name', new DOMException('out of time', 'TimeoutError')],
    ['has the old number of an AbortError as its code', Object.assign(new Error(), { code: 20 })],
    ['has another code', Object.assign(new Error(), { code: 'ECONNRESET' })],
    ['has isCanceled, but not true', Object.assign(new Error(), { isCanceled: 'true' })],
    ['has isCanceled === false', Object.assign(new Error(), { isCanceled: false })],
    ['has a name in other letters', named('aborterror')],
    ['only speaks of it in its message', new Error('AbortError: CancelledError')],
    ['is the name itself', 'AbortError'],
    ['is undefined', undefined],
    ['is null', null],
    ['is a number', 20],
    ['is a bigint', 1n],
    ['is a boolean', true],
    ['is a symbol', Symbol('AbortError')],
    ['is a function of such a name', Object.assign(() => {}, { code: 'ABORT_ERR' })],
    ['is the class', CancelledError],
    ['is an array', [cancelled]],
    ['is an object without properties', {}],
    ['is an object without a prototype', Object.create(null)],
  ])('%s', (_title, error) => {
    expect(isCancellation(error)).toBe(false);
    expect(isCancellation(error, aborted('another reason'))).toBe(false);
  });
});

describe('the reason of the signal', () => {
  const symbol = Symbol('reason');
  const callback = () => {};

  it.each<[string, unknown]>([
    ['an Error', failure],
    ['an Error without a message', new Error()],
    ['a string', 'stop'],
    ['an empty string', ''],
    ['a number', 404],
    ['NaN', NaN],
    ['false', false],
    ['null', null],
    ['a symbol', symbol],
    ['an object', { because: 'it is late' }],
    ['a function', callback],
    ['an object that cannot be looked at', revoked()],
  ])('counts when it is %s, also as the cause of an error', (_title, reason) => {
    expect(isCancellation(reason, aborted(reason))).toBe(true);
    expect(isCancellation(causedBy(reason), aborted(reason))).toBe(true);
    expect(isCancellation(new AggregateError([reason, reason]), aborted(reason))).toBe(true);
  });

  it('counts when it is the one that the platform gives', () => {
    const controller = new AbortController();
    controller.abort();
    expect(isCancellation(controller.signal.reason, controller.signal)).toBe(true);
  });

  it('counts when it is the TimeoutError of AbortSignal.timeout()', () => {
    const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(isCancellation(timeout)).toBe(false);
    expect(isCancellation(timeout, aborted(timeout))).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['another string', 'stop', 'go'],
    ['the number of a string', 404, '404'],
    ['null where the reason is a string', '', null],
    ['a string where the reason is null', null, 'null'],
    ['an error whose message is the reason', 'stop', new Error('stop')],
    ['the message of the reason', new Error('stop'), 'stop'],
    ['another symbol of the same name', symbol, Symbol('reason')],
  ])('is not matched by %s', (_title, reason, error) => {
    expect(isCancellation(error, aborted(reason))).toBe(false);
    expect(isCancellation(causedBy(error), aborted(reason))).toBe(false);
  });

  it('does not count before the signal has aborted', () => {
    const controller = new AbortController();
    expect(isCancellation(undefined, controller.signal)).toBe(false);
    expect(isCancellation(failure, controller.signal)).toBe(false);
    controller.abort(failure);
    expect(isCancellation(failure, controller.signal)).toBe(true);
  });

  it('does not count where another signal has aborted', () => {
    expect(isCancellation(failure, aborted(new Error('another')))).toBe(false);
  });

  it('is not null for an error that merely has no cause', () => {
    expect(isCancellation(failure, aborted(null))).toBe(false);
    expect(isCancellation(new Error('caused', { cause: undefined }), aborted(null))).toBe(false);
  });

  it('is nothing at all in a polyfill that knows no reasons', () => {
    const signal = { aborted: true } as AbortSignal;
    expect(isCancellation(undefined, signal)).toBe(false);
    expect(isCancellation(failure, signal)).toBe(false);
    expect(isCancellation(abortError, signal)).toBe(true);
  });
});

describe('a copy of the reason', () => {
  const reason = new TypeError('the user left');

  it.each<[string, unknown, unknown]>([
    ['a structured clone', reason, structuredClone(reason)],
    ['a plain object', reason, { name: 'TypeError', message: 'the user left' }],
    ['an error of the same name and message', named('Left', { message: 'bye' }), named('Left', { message: 'bye' })],
    ['of a plain object', { message: 'bye' }, structuredClone({ message: 'bye' })],
    // What workerd makes of a class that it does not know.
    ['a plain error that says both', new CancelledError('bye'), new Error('CancelledError: bye')],
  ])('counts: %s, also as the cause of an error', (_title, original, copy) => {
    expect(copy).not.toBe(original);
    expect(isCancellation(copy)).toBe(false);
    expect(isCancellation(copy, aborted(original))).toBe(true);
    expect(isCancellation(causedBy(copy), aborted(original))).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['without a message', new TypeError(''), new TypeError('')],
    ['with another message', reason, new TypeError('the user stayed')],
    ['with another name', reason, new RangeError('the user left')],
    ['another error that says both', reason, new RangeError('TypeError: the user left')],
    ['a plain error that says only the message', reason, new Error('the user left')],
    ['with nothing in common but that both have no message', {}, { message: undefined }],
  ])('does not count %s', (_title, original, copy) => {
    expect(isCancellation(copy, aborted(original))).toBe(false);
  });

  it('does not count before the signal has aborted', () => {
    expect(isCancellation(structuredClone(reason), new AbortController().signal)).toBe(false);
  });
});

describe('a chain of causes', () => {
  it.each([1, 2, 7, 8])('that has a cancellation %i deep is one', (depth) => {
    expect(isCancellation(chain(depth, abortError))).toBe(true);
    expect(isCancellation(chain(depth, cancelled))).toBe(true);
    expect(isCancellation(chain(depth, failure), aborted(failure))).toBe(true);
    expect(isCancellation(chain(depth, 'stop'), aborted('stop'))).toBe(true);
    expect(isCancellation(chain(depth, null), aborted(null))).toBe(true);
  });

  it.each([9, 10, 100_000])('is not followed to a cancellation %i deep', (depth) => {
    let error: unknown = abortError;
    let reasoned: unknown = 'stop';
    for (let link = 0; link < depth; link++) {
      error = causedBy(error);
      reasoned = causedBy(reasoned);
    }
    expect(isCancellation(error)).toBe(false);
    expect(isCancellation(reasoned, aborted('stop'))).toBe(false);
  });

  it('of failures only is none', () => {
    expect(isCancellation(chain(3, failure))).toBe(false);
    expect(isCancellation(chain(3, 'AbortError'))).toBe(false);
  });

  it('finds a CancelledError by its mark, whatever its name', () => {
    const renamed = Object.defineProperty(new CancelledError(), 'name', { value: 'Stopped' });
    expect(isCancellation(causedBy(renamed))).toBe(true);
    expect(isCancellation(new AggregateError([renamed]))).toBe(true);
  });

  it('counts in a plain object', () => {
    expect(isCancellation({ cause: { cause: abortError } })).toBe(true);
  });

  it('that leads back to itself is none, unless it has a cancellation in it', () => {
    const self = causedBy(undefined);
    self.cause = self;
    expect(isCancellation(self)).toBe(false);
    expect(isCancellation(self, aborted('stop'))).toBe(false);

    const last = causedBy(undefined);
    const first = causedBy(causedBy(last));
    last.cause = first;
    expect(isCancellation(first)).toBe(false);
    expect(isCancellation(first, aborted(last))).toBe(true);

    const abort = named('AbortError');
    abort.cause = causedBy(abort);
    expect(isCancellation(abort.cause)).toBe(true);
  });
});

describe.each<[string, (...errors: unknown[]) => unknown]>([
  ['an AggregateError', (...errors) => new AggregateError(errors, 'several')],
  ['an AggregateError of another realm', (...errors) => named('AggregateError', { errors })],
  ['a SuppressedError', (first, second) => suppressedError(first, second)],
])('%s', (_name, several) => {
  it('of cancellations only is one, whatever their shapes', () => {
    expect(isCancellation(several(cancelled, abortError))).toBe(true);
    expect(isCancellation(several(named('CanceledError'), causedBy(abortError)))).toBe(true);
    expect(isCancellation(several(failure, 'stop'), aborted('stop'))).toBe(false);
    expect(isCancellation(several('stop', abortError), aborted('stop'))).toBe(true);
  });

  it('of the same cancellation twice is one', () => {
    expect(isCancellation(several(abortError, abortError))).toBe(true);
    const wrapped = causedBy(abortError);
    expect(isCancellation(several(wrapped, wrapped))).toBe(true);
  });

  it('with a failure in it is none, in whatever place', () => {
    expect(isCancellation(several(failure, cancelled))).toBe(false);
    expect(isCancellation(several(cancelled, failure))).toBe(false);
    expect(isCancellation(several(cancelled, undefined))).toBe(false);
    expect(isCancellation(several(failure, failure))).toBe(false);
  });

  it('counts as the cause of an error, and within another', () => {
    const both = several(cancelled, abortError);
    expect(isCancellation(causedBy(both))).toBe(true);
    expect(isCancellation(several(both, several(both, cancelled)))).toBe(true);
    expect(isCancellation(several(both, several(cancelled, failure)))).toBe(false);
  });

  it('is also one by its own cause', () => {
    const mixed = Object.assign(several(cancelled, failure) as Error, { cause: abortError });
    expect(isCancellation(mixed)).toBe(true);
  });

  it('that is within itself is none', () => {
    const inner = causedBy(undefined);
    const circular = several(cancelled, inner);
    inner.cause = circular;
    expect(isCancellation(circular)).toBe(false);
    expect(isCancellation(inner)).toBe(false);
  });
});

describe('an AggregateError', () => {
  it('is no cancellation when its cause, which is one of its errors, is one', () => {
    const cause = new DOMException('closed by the peer', 'AbortError');
    expect(isCancellation(new AggregateError([cause, new Error('out of memory')], 'several', { cause }))).toBe(false);
  });

  it('of nothing is none', () => {
    expect(isCancellation(new AggregateError([]))).toBe(false);
  });

  it('holds itself in vain', () => {
    const circular = new AggregateError([cancelled]);
    circular.errors.push(circular);
    expect(isCancellation(circular)).toBe(false);
  });

  it('whose errors are no list is none', () => {
    expect(isCancellation(named('AggregateError'))).toBe(false);
    expect(isCancellation(named('AggregateError', { errors: abortError }))).toBe(false);
    expect(isCancellation(named('AggregateError', { errors: { length: 1, 0: abortError } }))).toBe(false);
  });

  it('is judged by its errors, which no other error is', () => {
    expect(isCancellation(named('ValidationError', { errors: [abortError] }))).toBe(false);
    expect(isCancellation(named('ValidationError', { error: abortError, suppressed: abortError }))).toBe(false);
  });

  it('may hold 10,000 errors, one of them often or each another', () => {
    const one = causedBy(abortError);
    const same = Array.from({ length: 10_000 }, () => one);
    const others = Array.from({ length: 10_000 }, (_, index) => chain(index % 8, abortError));
    expect(isCancellation(new AggregateError(same))).toBe(true);
    expect(isCancellation(new AggregateError(others))).toBe(true);
    expect(isCancellation(new AggregateError([...others, failure]))).toBe(false);
  });

  it('is looked at in no time, however often its parts come together again', () => {
    let error: Error = new AggregateError(Array.from({ length: 10_000 }, () => new AggregateError([abortError])));
    for (let level = 0; level < 6; level++) error = new AggregateError(Array.from({ length: 100 }, () => error));
    expect(isCancellation(error)).toBe(true);

    let failed: Error = new AggregateError([abortError, failure]);
    for (let level = 0; level < 100; level++)
      failed = new AggregateError([abortError, failed, failed], 'several', { cause: failed });
    expect(isCancellation(failed)).toBe(false);
  });

  it('gives the same answer in whatever order its errors come', () => {
    // Each of the two leads to the other, and only the first has a cancellation besides.
    const second = causedBy(undefined);
    const first = new AggregateError([abortError], 'first', { cause: second });
    second.cause = first;
    expect(isCancellation(new AggregateError([first, second]))).toBe(true);
    expect(isCancellation(new AggregateError([second, first]))).toBe(true);

    // Too deep by way of its cause, but not by way of its errors.
    const near = chain(2, abortError);
    expect(isCancellation(new AggregateError([near], 'both ways', { cause: chain(6, near) }))).toBe(true);
  });
});

describe('a SuppressedError', () => {
  it('that names no errors is none', () => {
    expect(isCancellation(named('SuppressedError'))).toBe(false);
    expect(isCancellation(named('SuppressedError', { error: abortError }))).toBe(false);
  });
});

describe('looking at an error never throws', () => {
  const traps = Object.fromEntries(
    Reflect.ownKeys(Reflect)
      .filter((name) => typeof name === 'string')
      .map((name) => [name, cannotBeLookedAt]),
  );
  const throwing = (property: string, error: object = new Error('a getter throws')) =>
    Object.defineProperty(error, property, { get: cannotBeLookedAt, configurable: true });

  it.each<[string, unknown]>([
    ['a revoked Proxy', revoked()],
    ['a Proxy whose traps all throw', new Proxy({}, traps)],
    ['a Proxy of a function whose traps all throw', new Proxy(() => {}, traps)],
    ...['name', 'message', 'code', 'isCanceled', 'cause'].map((property): [string, unknown] => [
      `an error whose ${property} throws`,
      throwing(property),
    ]),
    ['an AggregateError whose errors throw', throwing('errors', new AggregateError([]))],
    ['an AggregateError whose list is a revoked Proxy', named('AggregateError', { errors: revoked() })],
    ['an AggregateError whose list throws', named('AggregateError', { errors: new Proxy([abortError], traps) })],
    ['an AggregateError of a revoked Proxy', new AggregateError([abortError, revoked()])],
    ['a SuppressedError whose error throws', throwing('error', suppressedError(0, abortError))],
    ['a SuppressedError of a revoked Proxy', suppressedError(revoked(), abortError)],
    ['an error whose cause is a revoked Proxy', causedBy(revoked())],
    ['an object without a prototype', Object.create(null)],
    ['a function', cannotBeLookedAt],
  ])('not even at %s', (_title, error) => {
    expect(isCancellation(error)).toBe(false);
    expect(isCancellation(error, aborted(new Error('stop')))).toBe(false);
    expect(isCancellation(error, aborted(revoked()))).toBe(false);
  });

  it('nor does comparing it with a reason that cannot be looked at', () => {
    expect(isCancellation(failure, aborted(revoked()))).toBe(false);
    expect(isCancellation(failure, aborted(throwing('message')))).toBe(false);
    expect(isCancellation(cancelled, aborted(revoked()))).toBe(true);
    expect(isCancellation(abortError, aborted(revoked()))).toBe(true);
  });

  it('and finds a CancelledError by its mark all the same', () => {
    expect(isCancellation(throwing('name', new CancelledError()))).toBe(true);
  });

  it('and calls nothing that an error merely has', () => {
    const called = jest.fn(() => 'AbortError');
    const error = { toString: called, valueOf: called, toJSON: called, [Symbol.toPrimitive]: called };
    expect(isCancellation(error, aborted('AbortError'))).toBe(false);
    expect(called).not.toHaveBeenCalled();
  });
});

it('is not said by the cause of an AggregateError that has other failures as well', () => {
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
  const both = new AggregateError([aborted, new Error('failed')], 'both', { cause: aborted });
  expect(isCancellation(both)).toBe(false);
  expect(isCancellation(new AggregateError([aborted], 'one', { cause: aborted }))).toBe(true);
});
