// How each platform is started, and what it is called.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { modules, type Project, versionIn } from './projects';
import type { Server } from './server';

export interface Run {
  readonly version: string;
  readonly lines: string[];
}

export interface Runtime {
  readonly name: string;
  run(project: Project, server: Server): Promise<Run>;
}

const command = promisify(execFile);

/** One that is installed here, and runs a program. */
function program(name: string, installed: string, binary: string, parameters: string[] = []): Runtime {
  return {
    name,
    run: async ({ main }, { url }) => {
      const version = versionIn(path.join(modules, installed));
      const { stdout } = await command(path.join(modules, installed, binary), [...parameters, main, url]);
      return { version, lines: linesIn(stdout) };
    },
  };
}

export const nodes = [20, 22, 24, 26].map((version) => program(`Node ${version}`, `node-${version}`, 'bin/node'));

const workerd: Runtime = {
  name: 'workerd',
  run: (project, { url }) =>
    withFolder(async (folder) => {
      await writeFile(path.join(folder, 'worker.js'), await project.bundle('worker'));
      await writeFile(path.join(folder, 'config.capnp'), workerdConfiguration);
      const parameters = ['serve', 'config.capnp', '--control-fd=3', '--socket-addr=http=127.0.0.1:0'];
      const binary = path.join(modules, '@cloudflare/workerd-linux-64/bin/workerd');
      const child = spawn(binary, parameters, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
      try {
        const control = createInterface(child.stdio[3] as NodeJS.ReadableStream);
        const [event] = (await Promise.race([once(control, 'line'), failed(child, 'workerd')])) as [string];
        const { port } = JSON.parse(event) as { port: number };
        const answer = await fetch(`http://127.0.0.1:${port}/?server=${encodeURIComponent(url)}`);
        return { version: versionIn(path.join(modules, 'workerd')), lines: linesIn(await answer.text()) };
      } finally {
        child.kill();
      }
    }),
};

const workerdConfiguration = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      compatibilityFlags = ["nodejs_compat"],
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["private", "public"])),
  ],
  sockets = [(name = "http", service = "main")],
);
`;

const chromiumBrowser: Runtime = {
  name: 'Chromium',
  run: async (project, server) => {
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
    const browser = await chromium.launch({ executablePath, args });
    try {
      const lines = server.linesOf(await project.bundle('page'));
      await (await browser.newPage()).goto(server.url);
      return { version: browser.version(), lines: linesIn(await lines) };
    } finally {
      await browser.close();
    }
  },
};

/** The page sends its lines by itself, so Firefox needs no driver. */
const firefox: Runtime = {
  name: 'Firefox',
  run: (project, server) =>
    withFolder(async (profile) => {
      await writeFile(path.join(profile, 'user.js'), firefoxPreferences);
      const { stdout } = await command('firefox-esr', ['--version']);
      const lines = server.linesOf(await project.bundle('page'));
      const parameters = ['--headless', '--no-remote', '--profile', profile, server.url];
      const child = spawn('firefox-esr', parameters, { stdio: 'ignore', env: { ...process.env, HOME: profile } });
      try {
        const sent = await Promise.race([lines, failed(child, 'Firefox')]);
        return { version: /[\d.]+(esr)?/.exec(stdout)?.[0] ?? stdout, lines: linesIn(sent) };
      } finally {
        child.kill();
        await (child.exitCode ?? once(child, 'close'));
      }
    }),
};

const firefoxPreferences = [
  'browser.shell.checkDefaultBrowser',
  'datareporting.policy.dataSubmissionEnabled',
  'app.normandy.enabled',
  'app.update.enabled',
  'browser.aboutwelcome.enabled',
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
]
  .map((name) => `user_pref("${name}", false);\n`)
  .join('');

/** WebKitGTK, by its WebDriver. It needs a screen. */
const webkit: Runtime = {
  name: 'WebKitGTK',
  run: (project, server) =>
    withFolder(async (home) => {
      const port = 20_000 + (process.pid % 10_000);
      const parameters = ['--auto-servernum', 'WebKitWebDriver', `--port=${port}`];
      const env = { ...process.env, HOME: home, WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1' };
      const child = spawn('xvfb-run', parameters, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env });
      child.stderr.resume();
      const ask = async (method: string, what: string, body?: object): Promise<unknown> => {
        const url = `http://127.0.0.1:${port}${what}`;
        const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
        const { value } = (await answer.json()) as { value: unknown };
        if (!answer.ok) throw new Error(`${method} ${what}: ${JSON.stringify(value)}`);
        return value;
      };
      try {
        await Promise.race([answering(() => ask('GET', '/status')), failed(child, 'WebKitWebDriver')]);
        const session = (await ask('POST', '/session', { capabilities: { alwaysMatch: {} } })) as Session;
        const lines = server.linesOf(await project.bundle('page'));
        await ask('POST', `/session/${session.sessionId}/url`, { url: server.url });
        const sent = await lines;
        await ask('DELETE', `/session/${session.sessionId}`);
        return { version: session.capabilities.browserVersion, lines: linesIn(sent) };
      } finally {
        // The whole group: the driver, and what it has started.
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
      }
    }),
};

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}

export const runtimes: readonly Runtime[] = [
  ...nodes,
  program('Bun', 'bun', '../@oven/bun-linux-x64/bin/bun'),
  program('Deno', 'deno', '../@deno/linux-x64-glibc/deno', [
    'run',
    '--allow-all',
    '--no-lock',
    '--node-modules-dir=manual',
  ]),
  workerd,
  chromiumBrowser,
  firefox,
  webkit,
];

function linesIn(text: string): string[] {
  return text.trim().split('\n');
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rx-asyncio-runtime-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function failed(child: NodeJS.EventEmitter, name: string): Promise<never> {
  const [code] = (await Promise.race([once(child, 'close'), once(child, 'error')])) as [unknown];
  throw code instanceof Error ? code : new Error(`${name} ended with ${String(code)}`);
}

async function answering(ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
