import { type NodeTrace, sorted, type Trace } from './run';
import { isPhase, type Node, type Phase, type Structure } from './scenario';

/** What the five rules make of a scenario whose nodes are handed over cold: by arithmetic, with nothing run. */
export function expectedTrace(scenario: Structure): Trace {
  const { at, cancelled, failures, nodes, unhandled } = endOf(scenario, scenario.cancelAt);
  const [outcome] = [...asOne(failures), cancelled ? 'CancelledError' : 'fulfilled'];
  const root = { ...nodes[scenario.id], done: at, outcome };
  return { nodes: { ...nodes, [scenario.id]: root }, unhandled: sorted(unhandled) };
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
  };
}

function endOfStructure(structure: Structure, cancelAt: number): Ending {
  const { id, kind, of, timeout = Infinity, body } = structure;
  const inner = body ? [...of, body] : of;
  const stop = Math.min(
    stopOf(
      structure,
      inner.map((node) => endOf(node)),
    ),
    timeout,
    cancelAt,
  );
  // Rules 1 and 2: when it stops or is cancelled, it cancels what it has started. Only shield lets it run on.
  const owns = kind !== 'shield';
  const stopped = inner.map((node) => {
    const undisturbed = endOf(node);
    return owns && undisturbed.at > stop ? endOf(node, stop) : undisturbed;
  });
  // Rule 3: it ends when all that has ended.
  const at = owns ? Math.max(stop, ...stopped.map((end) => end.at)) : stop;
  const cancelled = cancelAt <= at;

  const inTime = stopped.filter((end) => end.at <= stop && !end.cancelled);
  const late = stopped.filter((end) => !inTime.includes(end));
  const failures = inTime.flatMap((end) => end.failures);
  // Of a Task, also of one that a structure makes for itself, there is one failure.
  const makesTasks = kind === 'wait' || kind === 'waitFor' || kind === 'taskGroup';
  const lateFailures = late.flatMap((end) => (makesTasks ? asOne(end.failures) : end.failures));

  const emitted: [time: number, value: unknown][] = [];
  const own: unknown[] = [];
  // Rule 4: failures that are not its own go to the canceller or else to the runtime.
  let others = lateFailures;
  switch (kind) {
    case 'wait':
      if (stop < cancelAt) emitted.push([stop, { done: sorted(inTime.map(describe)), pending: late.length }]);
      break;
    case 'gather':
      if (!structure.returnExceptions) own.push(...failures);
      if (own.length === 0 && !cancelled) emitted.push([at, stopped.map(describe)]);
      break;
    case 'asCompleted':
      for (const end of inTime.sort((a, b) => a.at - b.at)) {
        if (end.failures.length === 0) emitted.push([end.at, end.result]);
      }
      own.push(...(stop === timeout ? ['TimeoutError'] : failures));
      break;
    case 'shield':
      own.push(...failures);
      if (own.length === 0 && !cancelled) emitted.push([at, stopped[0]?.result]);
      break;
    case 'waitFor':
      if (cancelled) break;
      others = [];
      own.push(...failures, ...lateFailures);
      if (own.length > 0) break;
      if (stopped[0]?.result === undefined) own.push('TimeoutError');
      else emitted.push([at, stopped[0].result]);
      break;
    case 'taskGroup':
      others = [];
      if (failures.length + lateFailures.length > 0) own.push(sorted([...failures, ...lateFailures]));
      else if (!cancelled) emitted.push([at, stopped.at(-1)?.result]);
  }
  const handedOver = cancelled && owns;
  return {
    at,
    cancelled,
    // An Observable that is unsubscribed from has no result, whatever it has emitted.
    result: cancelled ? undefined : emitted.at(-1)?.[1],
    failures: handedOver ? [...own, ...others] : own,
    nodes: Object.assign(
      { [id]: emitted.length > 0 ? { emitted } : {} },
      ...stopped.map((end) => end.nodes),
    ) as Trace['nodes'],
    unhandled: [...stopped.flatMap((end) => end.unhandled), ...(handedOver ? [] : others)],
  };
}

/** When a structure has what it waits for, if nothing disturbs it. */
function stopOf({ returnWhen, returnExceptions }: Structure, endings: Ending[]): number {
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
