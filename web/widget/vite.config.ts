import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const limit = 15_000; // bytes after gzip: what a visitor of somebody's site pays

function sizeGate(): Plugin {
  return {
    name: 'oprag-size-gate',
    generateBundle(_, bundle) {
      for (const [name, chunk] of Object.entries(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const size = gzipSync(chunk.code, { level: 9 }).length;
        console.log(`${name}: ${size} bytes gzip of ${limit}`);
        if (size > limit) this.error(`${name} is larger than a widget may be`);
      }
    },
  };
}

export default defineConfig({
  plugins: [sizeGate()],
  build: {
    outDir: process.env.OPRAG_WEB_OUT ?? here('../../build/web'),
    emptyOutDir: false,
    target: 'es2020',
    reportCompressedSize: false,
    lib: { entry: here('src/main.ts'), formats: ['iife'], name: 'opragWidget', fileName: () => 'widget.js' },
  },
});
