const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/**
 * What a file of `src` imports against the order of the rooms: from a room above its own, or in a circle. Types count as
 * much as values do: who reads them has to go the same way.
 *
 * A circle is looked for in the file's own room only, since any other one has to go up somewhere.
 */
function wrongImports({ src, order, file, text }) {
  const own = roomOf(src, file);
  if (!order.includes(own)) return [{ index: 0, message: `the room ${own} is not in the order of the rooms` }];
  return importsOf(file, text).flatMap(({ target, index }) => {
    const room = roomOf(src, target);
    if (!order.includes(room)) return [{ index, message: `the room ${room} is not in the order of the rooms` }];
    if (order.indexOf(room) < order.indexOf(own))
      return [{ index, message: `${own} imports from ${room}, which lies above it` }];
    const way = room === own ? wayWithin(src, own, target, file) : undefined;
    if (way === undefined) return [];
    return [{ index, message: `a circle: ${[file, ...way].map((each) => path.relative(src, each)).join(' > ')}` }];
  });
}

/** The folder below `src`. Of the files above the folders, only errors.ts is no entry. */
function roomOf(src, file) {
  const [first, ...rest] = path.relative(src, file).split(path.sep);
  return rest.length > 0 || first === 'errors.ts' ? first : 'entries';
}

function importsOf(file, text = readFileSync(file, 'utf8')) {
  return (
    ts
      .preProcessFile(text)
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName, pos }) => ({
        // Sources import each other with the extension that ES modules need.
        target: path.resolve(path.dirname(file), fileName.replace(/\.js$/, '.ts')),
        index: pos,
      }))
      // What is not there is for the compiler to report.
      .filter(({ target }) => existsSync(target))
  );
}

/** The files from one to the other by imports within a room, both included. */
function wayWithin(src, room, from, to, seen = new Set()) {
  if (from === to) return [to];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const { target } of importsOf(from)) {
    const way = roomOf(src, target) === room ? wayWithin(src, room, target, to, seen) : undefined;
    if (way !== undefined) return [from, ...way];
  }
  return undefined;
}

module.exports = { wrongImports };
