// Pictures of the running product, of a small workspace that is made for them: every screen in both themes and two widths
// into docs/pictures/screens with a page that shows them, and the few of the README beside it.
//   node screenshots.mjs [FOLDER]     FOLDER: as PNG into that folder instead, to look at
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { startProduct } from './product.mjs';
import { askInWidget, makeWorkspace, warranty } from './workspace.mjs';

const pictures = process.argv[2] ?? fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const screens = process.argv[2] ?? join(pictures, 'screens');
const type = process.argv[2] ? 'png' : 'webp';
if (!process.argv[2]) rmSync(pictures, { recursive: true, force: true });
mkdirSync(screens, { recursive: true });

const product = await startProduct();
const browser = await launch();
const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
page.setDefaultTimeout(20_000);

// Playwright knows no WebP, the browser does: a third of the size of a PNG, without a visible loss.
async function shoot(on, path) {
  if (type === 'png') return on.screenshot({ path: `${path}.png` });
  const session = await on.context().newCDPSession(on);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await session.detach();
  writeFileSync(`${path}.webp`, Buffer.from(data, 'base64'));
}

async function settle(on) {
  await on.locator('h1, h2').first().waitFor({ state: 'attached' });
  await on.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'));
  await on.waitForTimeout(250);
}

const schemes = ['light', 'dark'];
const widths = [1440, 390];
const shown = [];
// One screen in all four views, loaded once a width.
async function everyView(on, name, path, act) {
  shown.push(name);
  for (const width of widths) {
    await on.setViewportSize({ width, height: 900 });
    await on.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    if (path) {
      await on.goto(product.origin + path);
      await settle(on);
      await act?.(on);
    }
    for (const colorScheme of schemes) {
      await on.emulateMedia({ colorScheme });
      await settle(on);
      await shoot(on, join(screens, `${name}-${colorScheme}-${width}`));
    }
  }
  await on.setViewportSize({ width: 1280, height: 800 });
  await on.emulateMedia({ colorScheme: 'light' });
}

const outside = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
for (const [name, path] of [['sign-in', '/sign-in'], ['sign-up', '/sign-up'], ['forgot', '/forgot'], ['invitation', '/invite#email=sam@atlas-kilns.example&token=t'], ['docs', '/docs'], ['docs-api', '/docs/api']]) {
  await everyView(outside, name, path);
}
const work = await makeWorkspace(page, product.origin, {
  firstUse: () => everyView(page, 'home-first-use', '/'),
  emptyProject: async (project) => {
    for (const name of ['overview', 'documents', 'ask', 'tests', 'deploy', 'conversations']) await everyView(page, `${name}-first-use`, name === 'overview' ? project : `${project}/${name}`);
  },
});
const visitors = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });
const visitor = await askInWidget(visitors, work.site, [warranty, 'Do you sell clay?']);
await shoot(visitor, join(pictures, 'widget'));
await visitor.locator('.log').evaluate((log) => (log.scrollTop = 0));
await everyView(visitor, 'widget-on-a-site');

const { conversations } = await work.api('GET', '/v1/conversations?channel=widget');
const conversation = `/inbox/${conversations[0].conversationId}`;
await work.api('PATCH', `/v1/conversations/${(await work.api('GET', '/v1/conversations?q=return')).conversations[0].conversationId}`, { reviewStatus: 'reviewed', rating: 'good' });
await work.api('PATCH', `/v1/conversations/${(await work.api('GET', '/v1/conversations?q=Iceland')).conversations[0].conversationId}`, { reviewStatus: 'needs_attention' });

const press = (name) => (on) => on.getByRole('button', { name, exact: true }).first().click();
async function askAndOpen(on) {
  await on.getByLabel('Question', { exact: true }).fill(warranty);
  await on.keyboard.press('Enter');
  await on.locator('.answer .mark-button').first().click();
  await on.locator('canvas[data-page]').waitFor();
  await on.locator('.pdf-mark').first().waitFor();
}
async function askInVain(on) {
  await on.getByLabel('Question', { exact: true }).fill('Do you ship to Iceland?');
  await on.keyboard.press('Enter');
  await on.getByText('Why there is no answer').waitFor();
}
const { documents } = await work.api('GET', `/v1${work.project}/documents?q=handbook`);
const tour = [
  ['home', '/'], ['inbox', conversation], ['analytics', '/analytics'], ['activity', '/activity'], ['overview', work.project], ['documents', `${work.project}/documents`],
  ['document', `${work.project}/documents/${documents[0].documentId}`], ['ask', `${work.project}/ask`, askAndOpen], ['no-answer', `${work.project}/ask`, askInVain], ['tests', `${work.project}/tests`], ['test-run', work.run],
  ['widget-designer', `${work.project}/widget`], ['deploy', `${work.project}/deploy`], ['project-settings', `${work.project}/settings`], ['team', '/team'], ['invite', '/team', press('Invite')], ['keys', '/keys'], ['billing', '/billing'],
  ['settings', '/settings'], ['account', '/account'], ['finder', '/', async (on) => {
    await on.keyboard.press('Control+k');
    await on.getByRole('combobox').fill('kiln');
    await on.getByRole('option').first().waitFor();
  }],
];
for (const [name, path, act] of tour) {
  await everyView(page, name, path, act);
  if (['home', 'documents', 'ask', 'inbox', 'deploy'].includes(name)) {
    await page.goto(product.origin + path);
    await settle(page);
    await act?.(page);
    await shoot(page, join(pictures, name));
  }
}
await everyView(page, 'key-shown-once', `${work.project}/deploy`, async (on) => {
  await press('Deploy again')(on);
  await on.getByTestId('api-key').waitFor();
});

if (type === 'webp') {
  const cell = (name, view) => `<img alt="${name}, ${view.colorScheme}, ${view.width} px" src="screens/${name}-${view.colorScheme}-${view.width}.webp"${view.width < 500 ? ' width="150"' : ' width="420"'}>`;
  writeFileSync(join(pictures, 'README.md'), `# Every screen\nMade from the running product by tests/browser/screenshots.mjs.\n\n${shown.map((name) => `## ${name.replace(/-/g, ' ')}\n${widths.flatMap((width) => schemes.map((colorScheme) => cell(name, { width, colorScheme }))).join(' ')}\n`).join('\n')}`);
}
await browser.close();
await work.site.stop();
await product.stop();
console.log(`${shown.length} screens in ${pictures}`);
