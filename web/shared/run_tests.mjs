// Bundles every *.test.ts under web/ for Node and runs them with its own test runner.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const tests = ['shared', 'dashboard', 'widget', 'docs'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(root, folder, name)),
);
const out = mkdtempSync(join(tmpdir(), 'oprag-web-test-'));
try {
  await build({
    entryPoints: tests, outdir: out, bundle: true, platform: 'node', format: 'esm', target: 'node18',
    // Node 18 has the browser's crypto, but not under its global name.
    banner: { js: "import { webcrypto as nodeCrypto } from 'node:crypto'; globalThis.crypto ??= nodeCrypto;" },
    outExtension: { '.js': '.mjs' }, logLevel: 'warning', external: ['./screens/*'], // loaded when shown, never here
  });
  const files = readdirSync(out, { recursive: true }).filter((f) => f.endsWith('.mjs')).map((f) => join(out, f));
  process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit', env: { ...process.env, OPRAG_OPENAPI: join(root, '../docs/openapi.json') } }).status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}
