import { type NodeTrace, sorted, type Trace } from './run';
import { isPhase, type Node, type Phase, type Structure } from './scenario';

/** What the five rules make of a scenario whose nodes are handed over cold: by arithmetic, with nothing run. */
export function expectedTrace(scenario: Structure): Trace & { listed: unknown[] } {
  const { at, cancelled, failures, nodes, unhandled, listed } = endOf(scenario, scenario.cancelAt);
  const [outcome] = [...asOne(failures), cancelled ? 'CancelledError' : 'fulfilled'];
  const root = { ...nodes[scenario.id], done: at, outcome };
  return { nodes: { ...nodes, [scenario.id]: root }, unhandled: sorted(unhandled), listed: sorted(listed) };
}

/** How a node ends, as the structure around it sees it. */
interface Ending {
  /** When it has ended, and cleaned up. */
  readonly at: number;
  readonly cancelled: boolean;
  readonly result?: unknown;
  /** What it failed with. Of what was cancelled: all that failed, for whoever cancelled it. */
  readonly failures: unknown[];
  readonly nodes: Trace['nodes'];
  /** Rule 4: failures that nobody is left to listen to. */
  readonly unhandled: unknown[];
  /** Rule 4: failures that are listed with the one that came first. */
  readonly listed: unknown[];
}

function endOf(node: Node, cancelAt = Infinity): Ending {
  return isPhase(node) ? endOfPhase(node, cancelAt) : endOfStructure(node, cancelAt);
}

function endOfPhase({ id, delay, fails, cleanup, whenCancelled }: Phase, cancelAt: number): Ending {
  const cancelled = cancelAt < delay;
  const at = cancelled ? cancelAt + cleanup : delay;
  const events: NodeTrace = cancelled ? { cancelled: cancelAt, cleanedUp: at } : { finished: delay };
  const name = cancelled ? `cancelled ${id}` : `${id}`;
  const outcome =
    cancelled ? whenCancelled
    : fails ? 'fail'
    : 'return';
  return {
    at,
    cancelled,
    result: outcome === 'return' ? `result of ${name}` : undefined,
    failures: outcome === 'fail' ? [`failure of ${name}`] : [],
    nodes: { [id]: { started: 0, ...events } },
    unhandled: [],
    listed: [],
  };
}

function endOfStructure(structure: Structure, cancelAt: number): Ending {
  const { id, kind, of, timeout = Infinity, body } = structure;
  const inner = body ? [...of, body] : of;
  const stop = Math.min(satisfiedAt(structure, inner), timeout, cancelAt);
  // Rules 1 and 2: when it stops, for whatever reason, it cancels what it has started. Only shield lets it run on.
  const owns = kind !== 'shield';
  const endings = inner.map((node) => (owns && endOf(node).at > stop ? endOf(node, stop) : endOf(node)));
  // Rule 3: it ends when all that has ended.
  const at = owns ? Math.max(stop, ...endings.map((end) => end.at)) : stop;
  const cancelled = cancelAt <= at;

  const { emitted, failures, others } = outcomeOf(structure, { stop, at, cancelAt, endings });
  const handedOver = cancelled && owns;
  // What it would have given as an outcome is never seen, with all that is listed with it.
  const dropsOutcomes = emitted.length === 0 && (kind === 'wait' || structure.returnExceptions === true);
  return {
    at,
    cancelled,
    // An Observable that is unsubscribed from has no result, whatever it has emitted.
    result: cancelled ? undefined : emitted.at(-1)?.[1],
    failures: handedOver ? [...failures, ...others] : failures,
    nodes: Object.assign(
      { [id]: emitted.length > 0 ? { emitted } : {} },
      ...endings.map((end) => end.nodes),
    ) as Trace['nodes'],
    // What is shielded runs on with nobody to listen.
    unhandled: [...endings.flatMap((end) => end.unhandled), ...(owns ? [] : others)],
    listed: [
      ...endings.filter((end) => !dropsOutcomes || end.cancelled).flatMap((end) => end.listed),
      ...(handedOver || !owns ? [] : others),
    ],
  };
}

/** What a structure gives and fails with itself, and the failures besides. */
interface Outcome {
  readonly emitted: [time: number, value: unknown][];
  readonly failures: unknown[];
  /** Rule 4: these go to the canceller, if there is one, or else are listed with the failure. */
  readonly others: unknown[];
}

function outcomeOf({ kind, timeout, returnExceptions }: Structure, { stop, at, cancelAt, endings }: Stopped): Outcome {
  const early = endings.filter((end) => !end.cancelled && end.at <= stop);
  const late = endings.filter((end) => !early.includes(end));
  const failures = early.flatMap((end) => end.failures);
  // Where each awaitable is made a Task, there is one failure of each.
  const makesTasks = kind === 'wait' || kind === 'waitFor' || kind === 'taskGroup';
  const others = late.flatMap((end) => (makesTasks ? asOne(end.failures) : end.failures));
  const give = (value: unknown): Outcome => ({ emitted: at < cancelAt ? [[at, value]] : [], failures: [], others });
  const fail = (...failed: unknown[]): Outcome => ({ emitted: [], failures: failed, others });

  switch (kind) {
    case 'wait': {
      const result = { done: sorted(early.map(describe)), pending: late.length };
      // What the result has named as pending keeps its failure.
      return stop < cancelAt ? { emitted: [[stop, result]], failures: [], others: [] } : fail();
    }
    case 'gather':
      return failures.length > 0 && !returnExceptions ? fail(...failures) : give(endings.map(describe));
    case 'asCompleted': {
      const results = early.filter((end) => end.failures.length === 0).sort((a, b) => a.at - b.at);
      const emitted = results.map(({ at, result }): [number, unknown] => [at, result]);
      return { emitted, failures: stop === timeout ? ['TimeoutError'] : failures, others };
    }
    case 'shield':
      return failures.length > 0 ? fail(...failures) : give(endings[0]?.result);
    case 'waitFor': {
      if (cancelAt <= at) return fail();
      const [failure] = [...failures, ...others];
      const result = endings[0]?.result;
      if (failure === undefined && result !== undefined) return give(result);
      return { ...fail(failure ?? 'TimeoutError'), others: [] };
    }
    case 'taskGroup': {
      const all = [...failures, ...others];
      return { ...(all.length > 0 ? fail(sorted(all)) : give(endings.at(-1)?.result)), others: [] };
    }
  }
}

interface Stopped {
  readonly stop: number;
  readonly at: number;
  readonly cancelAt: number;
  readonly endings: Ending[];
}

/** When a structure has what it waits for, if nothing disturbs it. */
function satisfiedAt({ returnWhen, returnExceptions }: Structure, inner: readonly Node[]): number {
  const endings = inner.map((node) => endOf(node));
  const times = endings.map((end) => end.at);
  if (returnWhen === 'FIRST_COMPLETED') return Math.min(...times);
  if (returnWhen === 'ALL_COMPLETED' || returnExceptions) return Math.max(...times);
  const failures = endings.filter((end) => end.failures.length > 0);
  return Math.min(Math.max(...times), ...failures.map((end) => end.at));
}

/** As it appears in what wait and gather give. */
function describe({ result, failures }: Ending): unknown {
  return failures.length > 0 ? { error: failures[0] } : result;
}

/** The failures of a Task: several are one AggregateError. */
function asOne(failures: unknown[]): unknown[] {
  return failures.length > 1 ? [sorted(failures)] : failures;
}
