import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const here = __dirname;
export const root = path.join(here, '../..');
export const modules = path.join(here, 'node_modules');

/** A project with the package as it has been built, the battery, and one version of rxjs. */
export interface Project {
  readonly rxjs: string;
  /** What Node, Bun and Deno run, which load each module by itself. */
  readonly main: string;
  /** One file with all in it, for a page or a worker. */
  bundle(entry: 'page' | 'worker'): Promise<string>;
}

export async function createProject(folder: string, rxjs: string): Promise<Project> {
  const installed = path.join(folder, 'node_modules');
  mkdirSync(path.join(installed, 'rx-asyncio'), { recursive: true });
  cpSync(path.join(root, 'dist'), path.join(installed, 'rx-asyncio/dist'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(installed, 'rx-asyncio/package.json'));
  cpSync(path.join(modules, rxjs), path.join(installed, 'rxjs'), { recursive: true });
  cpSync(path.join(modules, 'tslib'), path.join(installed, 'tslib'), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');

  const sources = ['battery', 'main', 'page', 'platform', 'worker'].map((name) => path.join(here, `${name}.ts`));
  const options = { format: 'esm', target: 'es2022', outdir: folder } as const;
  await build({ ...options, entryPoints: sources });

  return {
    rxjs: versionIn(path.join(installed, 'rxjs')),
    main: path.join(folder, 'main.js'),
    bundle: async (entry) => {
      const { outputFiles } = await build({
        ...options,
        entryPoints: [path.join(folder, `${entry}.js`)],
        bundle: true,
        external: ['node:*'],
        write: false,
      });
      return outputFiles[0]?.text ?? '';
    },
  };
}

export function versionIn(folder: string): string {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) throw new Error(`${path.relative(root, folder)} is not installed`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
