// Installs the packed package as a user would, and checks that it works there: `npm run test:package`.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const project = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-package-'));

const typescripts = ['5.4', '6.0', '7.0'];
const programs = ['consumer', 'program'].flatMap((name) => [`module/${name}.ts`, `commonjs/${name}.ts`]);
const output = `gather 1 two
asCompleted 20 ms
asCompleted 60 ms
await gather 1.0 TWO
for await 20 ms
for await 60 ms
disposed cancelled
inspected nothing is running
drawn <svg
`;

try {
  const tarball = pack();
  lint(tarball);
  install(tarball);
  checkContents();
  checkTypes();
  checkModules();
  checkBundles();
} finally {
  rmSync(project, { recursive: true, force: true });
}

function pack() {
  const [{ filename }] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', project));
  return path.join(project, filename);
}

function lint(tarball) {
  const published = node(root, 'node_modules/publint/src/cli.js', '--strict', tarball);
  assert.match(published, /All good!/, published);
  node(root, 'node_modules/@arethetypeswrong/cli/dist/index.js', tarball);
  console.log('publint and attw report nothing');
}

/** Two folders below an otherwise empty project: one of ES modules, one of CommonJS. */
function install(tarball) {
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }');
  const compilers = typescripts.map((version) => `typescript-${version}@npm:typescript@${version}`);
  npm(project, 'install', tarball, 'rxjs@7', ...compilers);
  for (const type of ['module', 'commonjs']) {
    cpSync(path.join(root, 'spec/package'), path.join(project, type), { recursive: true });
    writeFileSync(path.join(project, type, 'package.json'), JSON.stringify({ type }));
  }
}

function checkContents() {
  const installed = path.join(project, 'node_modules/rx-asyncio');
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name)))
    .sort();
  console.log(`the package has ${files.length} files:`);
  for (const folder of new Set(files.map((file) => path.dirname(file)))) {
    const names = files.filter((file) => path.dirname(file) === folder).map((file) => path.basename(file));
    console.log(`  ${folder}: ${names.filter((name) => !name.endsWith('.map')).join(' ')}`);
  }

  const wanted =
    /^(dist\/(esm|cjs)\/.+\.(js|d\.ts)(\.map)?|dist\/esm\/package\.json|dist\/browser\/[\w-]+\.js|dist\/browser\/rxjs\.LICENSE\.txt|src\/.+\.ts|[A-Z]+(\.md)?|package\.json)$/;
  assert.deepEqual(
    files.filter((file) => !wanted.test(file)),
    [],
    'files that no user needs',
  );
  for (const file of files.filter((file) => file.endsWith('.map'))) {
    const map = path.join(installed, file);
    for (const source of JSON.parse(readFileSync(map, 'utf8')).sources) {
      assert.ok(existsSync(path.resolve(path.dirname(map), source)), `${file} names ${source}, which is not there`);
    }
  }
}

function checkTypes() {
  for (const version of typescripts) {
    const tsc = `node_modules/typescript-${version}/bin/tsc`;
    for (const [moduleResolution, module] of [
      ['node16', 'node16'],
      ['nodenext', 'nodenext'],
      ['bundler', 'esnext'],
    ]) {
      for (const skipLibCheck of ['true', 'false']) {
        const options = {
          target: 'es2022',
          strict: 'true',
          noEmit: 'true',
          module,
          moduleResolution,
          skipLibCheck,
        };
        node(project, tsc, ...flags(options), ...programs);
      }
      console.log(`TypeScript ${version} compiles it with moduleResolution ${moduleResolution}`);
    }
  }
}

function checkModules() {
  const options = { target: 'es2022', module: 'nodenext', strict: 'true' };
  node(project, 'node_modules/typescript-7.0/bin/tsc', ...flags(options), ...programs);
  for (const [type, keyword] of [
    ['module', 'import'],
    ['commonjs', 'require'],
  ]) {
    assert.match(
      readFileSync(path.join(project, type, 'consumer.js'), 'utf8'),
      new RegExp(`\\b${keyword}\\b.*rx-asyncio/promises`),
    );
    assert.equal(node(project, `${type}/consumer.js`), output);
    assert.equal(node(project, `${type}/program.js`), 'ran with exit code 0\n');
    console.log(`${keyword} works`);
  }
  node(project, 'module/two-copies.mjs');
  console.log('two copies work together');
}

function checkBundles() {
  for (const platform of ['node', 'browser']) {
    const options = ['--bundle', '--log-level=error', `--platform=${platform}`, '--outfile=bundle.cjs'];
    run(project, path.join(root, 'node_modules/.bin/esbuild'), [...options, 'module/consumer.ts']);
    assert.equal(node(project, 'bundle.cjs'), output);
    console.log(`an esbuild bundle for ${platform} works`);
  }
}

function flags(options) {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

function node(cwd, ...parameters) {
  return run(cwd, process.execPath, parameters);
}

function npm(cwd, ...parameters) {
  return run(cwd, 'npm', [...parameters, '--loglevel=error', '--no-audit', '--no-fund']);
}

function run(cwd, command, parameters) {
  const { status, stdout } = spawnSync(command, parameters, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.equal(status, 0, `${[command, ...parameters].join(' ')} failed:\n${stdout}`);
  return stdout;
}
