import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = process.env.OPRAG_WEB_OUT ?? here('../build/web');

// PDF.js fetches these by name when a page needs them: fonts that a PDF names without carrying them, CJK encodings,
// and the decoders of JPEG 2000 and JBIG2 images.
const pdfjsData = ['standard_fonts', 'cmaps', 'wasm'];

function copyBesideBundle(): Plugin {
  return {
    name: 'oprag-copy-beside-bundle',
    apply: 'build',
    closeBundle() {
      mkdirSync(`${out}/assets/pdfjs`, { recursive: true });
      for (const folder of pdfjsData) {
        cpSync(here(`node_modules/pdfjs-dist/${folder}`), `${out}/assets/pdfjs/${folder}`, { recursive: true });
      }
      copyFileSync(here('dashboard/routes.json'), `${out}/routes.json`);
    },
  };
}

// The API of `oprag serve` on its default port, for `npx vite`.
const api = process.env.OPRAG_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: here('dashboard'),
  esbuild: { jsx: 'automatic' },
  plugins: [copyBesideBundle()],
  build: {
    outDir: out,
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: URLs would need a wider Content-Security-Policy
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      // "use client" means something to servers that render; there is none here.
      onwarn: (warning, report) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && report(warning),
    },
  },
  // Only the page names its files from the root; the server leads those links to the prefix that it stands under.
  experimental: { renderBuiltUrl: (name, { hostType }) => (hostType === 'html' ? `/${name}` : { relative: true }) },
  server: { proxy: { '/v1': api, '/config': api, '/openapi.json': api, '/widget.js': api } },
});
