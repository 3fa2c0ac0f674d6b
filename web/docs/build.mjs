// The documentation as static pages: Markdown of docs/pages and of the repository's own docs, and the reference from
// docs/openapi.json. No scripts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';
import { reference } from './reference.mjs';
import { settingsTable } from './settings.mjs';
import { escape, slug } from './text.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const out = join(process.env.OPRAG_WEB_OUT ?? join(root, 'build/web'), 'docs');

// In the order of the navigation. Figures are those of the repository's own tables, as far as they are there.
const pages = [
  { path: '', title: 'Getting started', file: join(here, 'pages/getting-started.md') },
  { path: 'api', title: 'API reference', openapi: join(root, 'docs/openapi.json') },
  { path: 'widget', title: 'Widget', file: join(here, 'pages/widget.md') },
  { path: 'operations', title: 'Operations', file: join(here, 'pages/operations.md') },
  { path: 'security', title: 'Security', file: join(here, 'pages/security.md') },
  { path: 'figures', title: 'Quality and speed', tables: ['quality.md', 'performance.md'].map((name) => join(root, 'docs', name)).filter(existsSync) },
];

marked.use({
  renderer: {
    heading({ tokens, depth }) {
      const text = this.parser.parseInline(tokens);
      return `<h${depth} id="${slug(text)}">${text}</h${depth}>\n`;
    },
    code: ({ text }) => `<pre tabindex="0"><code>${escape(text)}</code></pre>\n`,
    table(token) {
      const cell = (tag) => ({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
      const rows = token.rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n');
      return `<div class="scroll" tabindex="0"><table><thead><tr>${token.header.map(cell('th')).join('')}</tr></thead><tbody>${rows}</tbody></table></div>\n`;
    },
  },
});

function layout(page, body, sections) {
  const link = (other) =>
    `<li><a href="/docs${other.path ? `/${other.path}` : ''}"${other === page ? ' aria-current="page"' : ''}>${other.title}</a>${other === page ? sections : ''}</li>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · oprag documentation</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<nav aria-label="Documentation"><p class="brand"><a href="/docs">oprag</a></p><ul>${pages.map(link).join('')}</ul></nav>
<main id="content">
${body}
</main>
</body>
</html>
`;
}

function sectionsOf(body) {
  const headings = [...body.matchAll(/<h2 id="([^"]+)">(.*?)<\/h2>/g)];
  return headings.length ? `<ul>${headings.map(([, id, text]) => `<li><a href="#${id}">${text}</a></li>`).join('')}</ul>` : '';
}

// The dark theme by media query: these pages run no script that could read a choice.
function stylesheet() {
  const tokens = readFileSync(join(here, '../shared/tokens.css'), 'utf8');
  const dark = /\[data-theme="dark"\] (\{[^}]*\})/.exec(tokens)[1];
  return `${tokens}\n@media (prefers-color-scheme: dark) { :root ${dark} }\n${readFileSync(join(here, 'docs.css'), 'utf8')}`;
}

function bodyOf({ title, file, openapi, tables }) {
  if (openapi) return reference(JSON.parse(readFileSync(openapi, 'utf8')));
  if (file) return marked.parse(readFileSync(file, 'utf8').replace('{{settings}}', () => settingsTable(join(root, 'src/app/settings_table.cpp'))));
  // Each table becomes a part of one page, its headings a step lower.
  return marked.parse(`# ${title}\n\n${tables.map((name) => readFileSync(name, 'utf8').replace(/^#+ /gm, '#$&')).join('\n\n')}`);
}

mkdirSync(out, { recursive: true });
for (const page of pages) {
  const body = bodyOf(page);
  const folder = join(out, page.path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), layout(page, body, sectionsOf(body)));
}
writeFileSync(join(out, 'docs.css'), stylesheet());
console.log(`docs: ${pages.map((page) => page.title).join(', ')}`);
