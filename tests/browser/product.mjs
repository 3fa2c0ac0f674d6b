// The built program on a free port with a data directory of its own, and a page of another site that embeds the widget.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = process.env.BROWSER_TEST_PROGRAM ?? join(root, 'build/release/oprag');
export const handbook = join(root, 'samples/atlas-handbook.pdf');

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const closed = (server) => new Promise((resolve) => server.close(resolve));

async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await closed(server);
  return port;
}

export async function startProduct(settings = []) {
  const data = mkdtempSync(join(tmpdir(), 'oprag-browser-'));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, ['serve', '--data-dir', data, '--listen', address, '--log-level', 'warn', ...settings], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const origin = `http://${address}`;
  const deadline = Date.now() + 20_000;
  while (!(await fetch(`${origin}/health`).catch(() => null))?.ok) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${program} does not serve`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    origin,
    data,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true });
    },
  };
}

// A site with a policy as strict as a widget can live under. `mode: open` in place of the widget's closed shadow root is
// what lets a test look into it.
export async function startSite(widgetOrigin, projectId, body = '<h1>A site</h1><button id="own">Own button</button>', dir = 'ltr') {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src ${widgetOrigin}; connect-src ${widgetOrigin}; img-src data:; require-trusted-types-for 'script'`,
    });
    response.end(`<!doctype html><html lang="en" dir="${dir}"><title>A site</title><link rel="icon" href="data:,"><body>${body}<script src="${widgetOrigin}/widget.js" data-project="${projectId}" async></script></body></html>`);
  });
  const port = await listen(server);
  return { origin: `http://127.0.0.1:${port}`, otherOrigin: `http://localhost:${port}`, stop: () => closed(server) };
}

export const openShadows = () => {
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    globalThis.shadowModes = [...(globalThis.shadowModes ?? []), options.mode];
    return attach.call(this, { ...options, mode: 'open' });
  };
};
