// Pictures of the running product, of a small workspace that is made for them: the few of the README into docs/pictures,
// and when a folder is named every screen in both themes and two widths into that, to look at.
//   node screenshots.mjs [FOLDER]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { handbook, openShadows, startProduct, startSite } from './product.mjs';

const folder = process.argv[2];
const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
mkdirSync(pictures, { recursive: true });

const product = await startProduct();
const browser = await launch();
const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const go = (path) => page.goto(product.origin + path);

async function ask(question) {
  const turns = await page.locator('.turn-foot').count();
  await page.getByLabel('Question', { exact: true }).fill(question);
  await page.keyboard.press('Enter');
  await page.locator('.turn-foot').nth(turns).waitFor();
}

await go('/sign-up');
await page.getByLabel('Name').fill('Mira Olsen');
await page.getByLabel('E-mail').fill('mira@atlas-kilns.example');
await page.getByLabel('Password').fill('Corr3ct-Horse');
await page.getByRole('button', { name: 'Create account' }).click();
await page.getByLabel('Company').fill('Atlas Kilns');
await page.getByRole('button', { name: 'Continue' }).click();
await page.getByText('Create your first project').waitFor();
await go('/projects/new');
await page.getByLabel('Name').fill('Kiln help');
await page.getByRole('button', { name: 'Create project' }).click();
await page.waitForURL(/\/documents$/);
const project = new URL(page.url()).pathname.replace(/\/documents$/, '');
await page.getByLabel('Files to upload').setInputFiles(handbook);
await page.getByRole('row', { name: /atlas-handbook/ }).getByText('Indexed').waitFor({ timeout: 60_000 });
await go(`${project}/ask`);
await ask('Who won the chess championship in 1972?');
await page.getByRole('button', { name: 'Save as test' }).click();
await ask('How long is the warranty on the kiln?');
await page.getByRole('button', { name: 'Save as test' }).last().click();
await page.getByText('Saved as a test').nth(1).waitFor();
await go(`${project}/tests`);
await page.getByRole('button', { name: 'Run all' }).click();
await page.waitForURL(/\/tests\/run_/);
const run = new URL(page.url()).pathname;
await go(`${project}/deploy`);
await page.getByRole('button', { name: 'Deploy', exact: true }).click();
await page.getByTestId('api-key').waitFor();
const site = await startSite(product.origin, project.split('/').pop(), '<main><h1>Atlas Kilns</h1><p>Small kilns for studios and schools.</p></main>');
await go(`${project}/widget`);
await page.getByLabel('Allowed origins').fill(site.origin);
await page.getByRole('button', { name: 'Save' }).last().click();
await page.getByText('No origins: browsers are refused').waitFor({ state: 'detached' });

const visitors = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });
await visitors.addInitScript(openShadows);
const visitor = await visitors.newPage();
await visitor.goto(site.origin);
await visitor.locator('.open').click();
for (const question of ['What does the code E7 mean?', 'May I return an unused kiln?']) {
  const said = await visitor.locator('.rate').count();
  await visitor.getByLabel('Your question').fill(question);
  await visitor.keyboard.press('Enter');
  await visitor.locator('.rate').nth(said).waitFor();
}
await visitor.getByRole('button', { name: 'Helpful', exact: true }).first().click();
await visitor.locator('.said summary').first().click();
await visitor.screenshot({ path: join(pictures, 'widget.png') });
await go('/inbox');
await page.getByText('What does the code E7 mean?').first().click();
await page.waitForURL(/\/inbox\/conv_/);
const conversation = new URL(page.url()).pathname;
const storage = await context.storageState();

const paths = ['/', conversation, '/analytics', '/activity', project, `${project}/documents`, `${project}/tests`, run, `${project}/widget`, `${project}/deploy`, `${project}/settings`, '/team', '/keys', '/billing', '/settings', '/account', '/docs'];
const nameOf = (path) => path.replace(/\/(conv|proj|run)_\w+/g, '/$1').replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home';
async function askAndOpen(on) {
  await on.goto(`${product.origin}${project}/ask`);
  await on.getByLabel('Question', { exact: true }).fill('How long is the warranty on the kiln?');
  await on.keyboard.press('Enter');
  await on.locator('.answer .mark-button').first().click();
  await on.locator('canvas[data-page]').waitFor();
  await on.locator('.pdf-mark').first().waitFor();
}
await page.setViewportSize({ width: 1280, height: 800 });
await askAndOpen(page);
await page.screenshot({ path: join(pictures, 'ask.png') });
for (const [path, name] of [['/', 'home'], [`${project}/documents`, 'documents'], [conversation, 'inbox'], [`${project}/deploy`, 'deploy']]) {
  await go(path);
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.skeleton'));
  await page.waitForTimeout(200);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
if (folder) mkdirSync(folder, { recursive: true });
for (const colorScheme of folder ? ['light', 'dark'] : []) {
  for (const width of [1440, 390]) {
    const view = await browser.newContext({ reducedMotion: 'reduce', colorScheme, viewport: { width, height: 900 }, storageState: storage });
    const one = await view.newPage();
    one.setDefaultTimeout(20_000);
    const shot = (name) => one.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
    for (const path of paths) {
      await one.goto(product.origin + path);
      await one.locator('h1').first().waitFor({ state: 'attached' });
      await one.waitForFunction(() => !document.querySelector('.skeleton'));
      await one.waitForTimeout(200);
      await shot(nameOf(path));
    }
    await askAndOpen(one);
    await shot('ask');
    await view.close();
  }
}
await browser.close();
await site.stop();
await product.stop();
console.log(`pictures in ${[pictures, folder].filter(Boolean).join(' and ')}`);
