// What the application talks to, for trying it out and for its tests: `node server.mjs`. It counts what it is asked for, and
// what clients have given up.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const names = ['Aurora', 'Breeze', 'Comet', 'Dune', 'Echo', 'Fjord', 'Glade', 'Harbor'];
const files = names.map((name, index) => ({
  name: `${name.toLowerCase()}.jpg`,
  size: 400_000 + 350_000 * ((index * 5) % 8),
}));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** @param {string} [application] the folder with its files */
export function serve(application, port = 0) {
  /** Those that are not answered for the time being, by their paths. */
  const held = new Set();
  const counts = { started: 0, aborted: 0, open: 0, most: 0, held: 0, paid: 0 };
  const state = { failing: true, seats: 0 };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith('/api/')) return asset(pathname, response);
    const [, , kind, ...rest] = pathname.split('/');
    if (kind === 'counts') return json(response, counts);
    if (kind === 'mend') {
      state.failing = false;
      return json(response, {});
    }
    if (kind === 'files' && rest.length === 0) return json(response, files);

    counts.started++;
    counts.open++;
    counts.most = Math.max(counts.most, counts.open);
    let open = true;
    const over = () => {
      if (open) counts.open--;
      open = false;
    };
    response.on('finish', over);
    response.on('close', () => {
      over();
      if (!response.writableFinished) counts.aborted++;
    });
    response.path = pathname;
    const answer = { files: file, offers: offer, delivery, seats }[kind ?? ''];
    if (answer === undefined) return fail(response, 404);
    void answer(response, rest, request.method);
  });

  async function file(response, [name]) {
    const { size } = files.find((each) => each.name === name) ?? { size: 0 };
    if (state.failing && name === 'comet.jpg') {
      await sleep(300);
      return fail(response, 503);
    }
    response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': size });
    for (let sent = 0; sent < size; sent += 50_000) {
      if (sent > size / 3) await released(response);
      if (response.destroyed) return;
      // The last piece ends it: the client, which knows the length, has all by then, and may ask for the next.
      if (sent + 50_000 < size) response.write(Buffer.alloc(50_000));
      else response.end(Buffer.alloc(size - sent));
      await sleep(50);
    }
  }

  async function offer(response, [article, shop]) {
    const index = ['Bea', 'Dot', 'Ali', 'Cem'].indexOf(shop);
    await sleep(500 * (index + 1));
    await released(response);
    if (shop === 'Cem' && state.failing) return fail(response, 503);
    json(response, { shop, price: article.length + index * 0.35 });
  }

  async function delivery(response, [, how]) {
    await sleep(900);
    await released(response);
    json(response, how === 'letter' ? 4 : 2);
  }

  async function seats(response, [id, payment], method) {
    if (method === 'DELETE') {
      await sleep(700);
      await released(response);
      counts.held--;
      return json(response, {});
    }
    if (payment === undefined) {
      counts.held++;
      await sleep(200);
      return json(response, { id: ++state.seats });
    }
    await sleep(2000);
    await released(response);
    if (response.destroyed) return;
    if (state.failing) return fail(response, 402);
    counts.paid++;
    json(response, { id: Number(id) });
  }

  async function released(response) {
    while (held.has(response.path) && !response.destroyed) await sleep(20);
  }

  function asset(pathname, response) {
    const wanted = path.join(application ?? '', pathname);
    const found =
      path.extname(wanted) !== '' && existsSync(wanted) ? wanted : path.join(application ?? '', 'index.html');
    response.setHeader('Content-Type', types[path.extname(found)] ?? 'application/octet-stream');
    createReadStream(found).pipe(response);
  }

  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const { port: listening } = server.address();
      resolve({ server, counts, held, address: `http://127.0.0.1:${listening}` });
    });
  });
}

function json(response, value) {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}

function fail(response, status) {
  response.statusCode = status;
  response.end();
}

if (process.argv[1] === import.meta.filename) {
  const { address } = await serve('dist/zoneless', 4300);
  console.log(`the application, once it is built, and what it talks to: ${address}`);
}
