import { type Profiler, Session } from 'node:inspector';

/**
 * How many steps the code of this package takes while `run` runs: how often each of its functions is called, and each of the
 * blocks in them run, as V8 counts them. What the platform does in one call is not seen.
 */
export function codeSteps(run: () => void): number {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}): unknown => {
    let result: unknown;
    // V8 answers before it returns.
    session.post(method, parameters, (error, answer) => {
      if (error !== null) throw error;
      result = answer;
    });
    return result;
  };
  try {
    post('Profiler.enable');
    post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    run();
    const { result } = post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    return result
      .filter(({ url }) => url.includes('/src/'))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
      .reduce((sum, count) => sum + count, 0);
  } finally {
    session.disconnect();
  }
}
