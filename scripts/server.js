/* global URL */
const { createServer } = require('node:http');
const { once } = require('node:events');
const { readFile } = require('node:fs/promises');
const path = require('node:path');
const { gzipSync } = require('node:zlib');

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
};

/** Serves a folder below a path, compressed, as anybody who hosts static files would; and pages that are no files, by address. */
async function serve(folder, { base = '/', pages = new Map() } = {}) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const file = path.join(
      folder,
      decodeURIComponent(pathname.slice(base.length)),
      pathname.endsWith('/') ? 'index.html' : '',
    );
    const isInside = pathname.startsWith(base) && file.startsWith(folder);
    const content = pages.get(pathname) ?? (isInside ? await readFile(file).catch(() => undefined) : undefined);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = pages.has(pathname) ? types['.html'] : (types[path.extname(file)] ?? 'application/octet-stream');
    const head = { 'content-type': type, 'content-encoding': 'gzip', 'cache-control': 'max-age=600' };
    response.writeHead(200, head).end(gzipSync(content));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

module.exports = { serve };
