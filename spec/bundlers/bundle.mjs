// Bundles the applications as their users would, those for browsers minified: `node bundle.mjs webpack`. What is printed, the
// bundler has printed.
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const [, , bundler] = process.argv;
/** Of the package's peer dependencies what is no part of a bundle. */
const external = ['bullmq', 'ioredis'];

const bundlers = {
  esbuild: async ({ entry, folder, file, forNode }) => {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [entry],
      outfile: path.join(folder, file),
      bundle: true,
      minify: !forNode,
      target: 'es2022',
      platform: forNode ? 'node' : 'browser',
      external,
    });
  },

  parcel: async ({ entry, folder, file, forNode }) => {
    const { Parcel } = await import('@parcel/core');
    const target =
      forNode ?
        { context: 'node', engines: { node: '20' }, includeNodeModules: { bullmq: false, ioredis: false } }
      : { context: 'browser', engines: { browsers: 'last 2 chrome versions' } };
    await new Parcel({
      entries: [entry],
      defaultConfig: '@parcel/config-default',
      mode: 'production',
      shouldDisableCache: true,
      defaultTargetOptions: { shouldOptimize: !forNode, shouldScopeHoist: true, sourceMaps: false },
      targets: { app: { ...target, distDir: folder, distEntry: file } },
      additionalReporters: [{ packageName: '@parcel/reporter-cli', resolveFrom: entry }],
      logLevel: 'warn',
    }).run();
  },

  rollup: async ({ entry, folder, file, forNode }) => {
    const { rollup } = await import('rollup');
    const { default: nodeResolve } = await import('@rollup/plugin-node-resolve');
    const { default: terser } = await import('@rollup/plugin-terser');
    const plugins = [nodeResolve({ browser: !forNode, preferBuiltins: forNode })];
    const bundle = await rollup({ input: entry, external: [...external, /^node:/], plugins });
    const format = forNode ? 'cjs' : 'iife';
    await bundle.write({ file: path.join(folder, file), format, plugins: forNode ? [] : [terser()] });
    await bundle.close();
  },

  rspack: async (app) => {
    const { rspack } = await import('@rspack/core');
    await compile(rspack, app);
  },

  vite: async ({ entry, folder, file, forNode }) => {
    const { build } = await import('vite');
    await build({
      root: here,
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      ssr: { external, noExternal: true },
      build: {
        outDir: folder,
        emptyOutDir: false,
        minify: !forNode,
        ssr: forNode,
        rolldownOptions: { input: entry, output: { entryFileNames: file, format: forNode ? 'cjs' : 'es' } },
      },
    });
  },

  webpack: async (app) => {
    const { default: webpack } = await import('webpack');
    await compile(webpack, app);
  },
};

async function compile(compiler, { entry, folder, file, forNode }) {
  const externals = Object.fromEntries(external.map((name) => [name, `commonjs ${name}`]));
  const output = { path: folder, filename: file };
  const options = { entry, mode: 'production', context: here, output, optimization: { minimize: !forNode } };
  const stats = await new Promise((resolve, reject) => {
    compiler({ ...options, ...(forNode && { target: 'node20', externals }) }, (error, done) =>
      error ? reject(error) : resolve(done),
    );
  });
  if (stats.hasErrors() || stats.hasWarnings()) console.log(stats.toString('errors-warnings'));
  if (stats.hasErrors()) process.exitCode = 1;
}

const folder = path.join(here, 'dist', bundler);
for (const name of ['browser', 'gather', 'two-copies']) {
  await bundlers[bundler]({
    entry: path.join(here, 'apps', `${name}.mjs`),
    folder,
    file: `${name}.js`,
    forNode: false,
  });
}
await bundlers[bundler]({ entry: path.join(here, 'apps/server.mjs'), folder, file: 'server.cjs', forNode: true });
