interface Platform {
  readonly process?: { getBuiltinModule?: (name: string) => unknown };
}

/** A module of Node, of which the caller knows what is in it, where there is one: also in Bun, Deno and workerd. No import, which bundlers would follow. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- an assertion, in one place
export function builtIn<T>(name: string): T | undefined {
  const { process } = globalThis as Platform;
  return process?.getBuiltinModule?.(name) as T | undefined;
}
