// Adds up the scripts that the first page loads before it can be used, compressed as the server sends them, and fails when
// they pass the limit: the entry with its static imports, and the largest screen with its own.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const limit = 150_000; // bytes after gzip
const out = process.argv[2];
const assets = join(out, 'assets');
const size = (name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length;
const importsOf = (name) => [...readFileSync(join(assets, name), 'utf8').matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)].map(([, file]) => file);

function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  importsOf(name).forEach((file) => closure(file, seen));
  return seen;
}

const entry = /src="\/assets\/([^"]+\.js)"/.exec(readFileSync(join(out, 'index.html'), 'utf8'))[1];
const screens = readdirSync(assets).filter((name) => name.endsWith('.js') && !/^(pdf_page|preview)-/.test(name));
const totals = screens.map((name) => [name, [...closure(name, closure(entry))].reduce((sum, file) => sum + size(file), 0)]);
const [name, total] = totals.sort((a, b) => b[1] - a[1])[0];
console.log(`first load: ${size(entry)} bytes gzip for the frame, at most ${total} with a screen (${name}) of ${limit}`);
if (total > limit) process.exit(1);
