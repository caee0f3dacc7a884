import { type Bar, knows, type Scene, shownBars } from './scene';

/** The scene as a program, to pipe or to await. */
export function program(scene: Scene, way: 'pipe' | 'await'): string {
  const entry = way === 'pipe' ? 'rx-asyncio' : 'rx-asyncio/promises';
  const names = ['type CoroutineContext', scene.structure, ...returnWhen(scene)];
  const lines = [
    "import { setTimeout as sleep } from 'node:timers/promises';",
    ...(way === 'pipe' && scene.unsubscribe !== undefined ? ["import { takeUntil, timer } from 'rxjs';"] : []),
    `import { ${names.sort(byName).join(', ')} } from '${entry}';`,
    '',
    ...jobs(scene),
    '',
    ...(way === 'pipe' ? piped(scene) : awaited(scene)),
  ];
  return `${lines.join('\n')}\n`;
}

function jobs(scene: Scene): string[] {
  const bars = shownBars(scene);
  const failing = bars.some(({ ending }) => ending === 'failure');
  const stubborn = bars.some(({ ending }) => ending === 'ignores');
  const usual = bars.some(({ ending }) => ending !== 'ignores');
  return [
    ...(usual ?
      [
        'const job =',
        `  (name: string, ms: number, { cleanup = 0${failing ? ', fails = false' : ''} } = {}) =>`,
        '  async ({ signal }: CoroutineContext) => {',
        '    try {',
        '      await sleep(ms, undefined, { signal });',
        ...(failing ? ['      if (fails) throw new Error(`${name} has failed`);'] : []),
        '      return name;',
        '    } finally {',
        '      if (signal.aborted) await sleep(cleanup);',
        '    }',
        '  };',
      ]
    : []),
    ...(stubborn ? ['const stubborn = (name: string, ms: number) => async () => sleep(ms, name);'] : []),
  ];
}

function piped(scene: Scene): string[] {
  const until = scene.unsubscribe === undefined ? '' : `.pipe(takeUntil(timer(${scene.unsubscribe})))`;
  return [
    `${call(scene, [])}${until}.subscribe({`,
    `  next: (result) => console.log(${told(scene)}),`,
    '  error: (error) => console.log(String(error)),',
    '});',
  ];
}

function awaited(scene: Scene): string[] {
  const signal = scene.unsubscribe === undefined ? [] : [`signal: AbortSignal.timeout(${scene.unsubscribe})`];
  const called = call(scene, signal).replaceAll('\n', '\n  ');
  if (scene.structure === 'asCompleted')
    return [
      'try {',
      `  for await (const result of ${called}) console.log(${told(scene)});`,
      '} catch (error) {',
      '  console.log(String(error));',
      '}',
    ];
  return [
    'try {',
    `  const result = await ${called};`,
    `  console.log(${told(scene)});`,
    '} catch (error) {',
    '  console.log(String(error));',
    '}',
  ];
}

function told({ structure }: Scene): string {
  return structure === 'wait' ? "result.done.size, 'done,', result.pending.size, 'pending'" : 'result';
}

function call(scene: Scene, more: readonly string[]): string {
  const bars = shownBars(scene);
  const made = bars.map(awaitable);
  const options = [...optionsOf(scene), ...more];
  const bag = options.length > 0 ? `, { ${options.join(', ')} }` : '';
  if (scene.structure === 'waitFor') {
    const rest = more.length > 0 ? `, { ${more.join(', ')} }` : '';
    return `waitFor(${made[0]}, ${scene.timeout ?? 'Infinity'}${rest})`;
  }
  if (scene.structure === 'shield') return `shield(${made[0]}${bag})`;
  if (scene.structure === 'taskGroup') {
    const tasks = bars.map(({ name }, n) => `  group.createTask(${made[n]}, { name: ${JSON.stringify(name)} });`);
    return ['taskGroup(async (group) => {', ...tasks, "  return 'all tasks have ended';", `}${bag})`].join('\n');
  }
  return [`${scene.structure}([`, ...made.map((each) => `  ${each},`), `]${bag})`].join('\n');
}

function awaitable({ name, duration, ending, cleanup }: Bar): string {
  if (ending === 'ignores') return `stubborn(${JSON.stringify(name)}, ${duration})`;
  const options = [...(cleanup > 0 ? [`cleanup: ${cleanup}`] : []), ...(ending === 'failure' ? ['fails: true'] : [])];
  const bag = options.length > 0 ? `, { ${options.join(', ')} }` : '';
  return `job(${JSON.stringify(name)}, ${duration}${bag})`;
}

function optionsOf(scene: Scene): string[] {
  const known = knows[scene.structure];
  return [
    ...(known.includes('concurrency') && scene.concurrency !== undefined ? [`concurrency: ${scene.concurrency}`] : []),
    ...(known.includes('timeout') && scene.timeout !== undefined ? [`timeout: ${scene.timeout}`] : []),
    ...(known.includes('returnExceptions') && scene.returnExceptions ? ['returnExceptions: true'] : []),
    ...(returnWhen(scene).length > 0 ? [`returnWhen: ${scene.returnWhen}`] : []),
  ];
}

function returnWhen({ structure, returnWhen: when }: Scene): string[] {
  return structure === 'wait' && when !== 'ALL_COMPLETED' ? [when] : [];
}

function byName(one: string, other: string): number {
  return one.replace('type ', '').toLowerCase() < other.replace('type ', '').toLowerCase() ? -1 : 1;
}
