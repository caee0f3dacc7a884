import path from 'node:path';
import { runInThisContext } from 'node:vm';
import type { AxiosStatic } from 'axios';

/** As much of piscina as is needed: its own declarations do not compile with exactOptionalPropertyTypes. */
export interface Pool {
  run(job: unknown, options: { signal: AbortSignal }): Promise<unknown>;
  destroy(): Promise<void>;
}

interface Libraries {
  axios: { default: AxiosStatic };
  execa: typeof import('execa');
  got: typeof import('got');
  ky: typeof import('ky');
  piscina: { Piscina: new (options: { filename: string; minThreads: number; maxThreads: number }) => Pool };
  undici: typeof import('undici');
}

// Jest has its own `process`, and loads no ES modules.
const actualProcess = runInThisContext('process') as NodeJS.Process;
const load = actualProcess.getBuiltinModule('node:module').createRequire(__filename);
const nativeImport = load(path.join(__dirname, 'native-import.js')) as (specifier: string) => Promise<unknown>;

/** A package as a program loads it, ES module or not, without any part of Jest. */
export async function library<N extends keyof Libraries>(name: N): Promise<Libraries[N]> {
  return (await nativeImport(name)) as Libraries[N];
}
