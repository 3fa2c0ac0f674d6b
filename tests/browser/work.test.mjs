// What keeps daily work safe and quick, on the built program: undo, choosing many, comparing runs, keys, addresses that can
// be passed on, and a screen that fails without taking the rest along.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, fillSignUp, foundCompany, startDesk, textFile, upload } from './desk.mjs';

let desk;
let origin;
let page;
let api;
let projectId;
const go = (path) => page.goto(origin + path);
const row = (name) => page.getByRole('row', { name: new RegExp(name.replace('.', '\\.')) });
const terms = (days) => textFile('terms.md', `# Terms\n\nAn unused kiln may be returned within ${days} days of delivery. The buyer pays for the freight.\n`);

before(async () => {
  desk = await startDesk();
  origin = desk.product.origin;
  page = desk.watched(await (await desk.person()).newPage());
  await fillSignUp(page, origin, 'Mira Olsen', 'mira@acme.example');
  await foundCompany(page, 'Acme Kilns');
  api = apiOf(page, origin);
  ({ projectId } = await api('POST', '/v1/projects', { name: 'Kiln help' }));
  await upload(page, origin, projectId, [terms(30), textFile('glazes.md', '# Glazes\n\nStoneware glazes melt at 1,250 degrees.\n'), textFile('rules.html', '<h1>Rules</h1><p>The studio closes at eight in the evening.</p>')]);
});
after(() => desk?.stop());

const stored = async () => (await api('GET', `/v1/projects/${projectId}/documents`)).documents.filter(({ status }) => status !== 'deleting').map(({ filename }) => filename).sort();

test('a deletion can be undone, and until then nothing is deleted', async () => {
  await go(`/projects/${projectId}/documents`);
  await page.getByLabel('Choose glazes.md').check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await row('glazes.md').waitFor({ state: 'detached' });
  assert.deepEqual(await stored(), ['glazes.md', 'rules.html', 'terms.md']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await row('glazes.md').waitFor();
  await page.reload();
  await row('glazes.md').waitFor();
});

test('a deletion that is not undone happens, even when the page is left at once', async () => {
  await page.getByLabel('Choose rules.html').check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await row('rules.html').waitFor({ state: 'detached' });
  await go('/account');
  for (const end = Date.now() + 5000; (await stored()).includes('rules.html') && Date.now() < end; ) await page.waitForTimeout(50);
  assert.deepEqual(await stored(), ['glazes.md', 'terms.md']);
});

test('many documents are chosen and indexed at once', async () => {
  await go(`/projects/${projectId}/documents`);
  await page.getByLabel('Choose all').check();
  await page.getByText('2 documents chosen').waitFor();
  await page.getByRole('button', { name: 'Index again' }).click();
  await page.getByText('2 documents chosen').waitFor({ state: 'detached' });
  for (const name of ['glazes.md', 'terms.md']) await row(name).getByText('Indexed').waitFor({ timeout: 30_000 });
});

test('a run says what changed since the run before: words and sources', async () => {
  await go(`/projects/${projectId}/ask?question=May+I+return+an+unused+kiln`);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('button', { name: 'Save as test' }).click();
  await page.getByText('Saved as a test').waitFor();
  const run = async () => {
    await go(`/projects/${projectId}/tests`);
    await page.getByRole('button', { name: 'Run all' }).click();
    await page.waitForURL(/\/tests\/run_/);
    await page.getByText(/\d passed, \d failed/).waitFor();
  };
  await run();
  await page.getByText('1 passed, 0 failed').waitFor();
  // The document gets another version: returned within 14 days.
  await go(`/projects/${projectId}/documents`);
  await page.getByRole('row', { name: /terms\.md/ }).getByRole('button', { name: 'terms.md' }).click();
  await page.getByRole('dialog').locator('input[type="file"]').setInputFiles(terms(14));
  await page.getByRole('dialog').getByRole('row', { name: /^2 / }).getByText('Answers now').waitFor({ timeout: 30_000 });
  await run();
  await page.getByText('Changed since the run before').click();
  await page.locator('del', { hasText: '30' }).waitFor();
  await page.locator('ins', { hasText: '14' }).waitFor();
});

test('the inbox is worked through by keys, and each conversation has an address', async () => {
  for (const question of ['Who won the chess championship in 1972?', 'At how many degrees do stoneware glazes melt?']) await api('POST', `/v1/projects/${projectId}/chat`, { question });
  await go('/inbox?channel=dashboard');
  await page.locator('.inbox-list, .conversation-list, ul').getByText('stoneware glazes').first().waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/\/inbox\/conv_\w+\?channel=dashboard/);
  const first = page.url();
  await page.keyboard.press('j');
  await page.waitForURL((url) => url.href !== first);
  const second = page.url();
  await page.keyboard.press('e');
  await page.locator('[aria-pressed="true"]', { hasText: 'Reviewed' }).waitFor();
  await page.keyboard.press('1');
  await page.locator('[aria-pressed="true"]', { hasText: 'Good' }).waitFor();
  await page.keyboard.press('k');
  await page.waitForURL(first);
  await page.goBack();
  await page.waitForURL(second);
  await page.reload();
  await page.locator('[aria-pressed="true"]', { hasText: 'Reviewed' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('chess');
  await page.waitForURL(/q=chess/);
  const other = desk.watched(await page.context().newPage());
  await other.goto(page.url());
  assert.equal(await other.getByLabel('Search questions and answers').inputValue(), 'chess', 'the address carries the filter');
  await other.close();
});

test('the finder leads to projects, documents and conversations', async () => {
  for (const [words, place] of [['kiln help', /\/projects\/proj_\w+$/], ['glazes.md', /\/documents\/doc_/], ['chess', /conv_/]]) {
    await go('/');
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill(words);
    await page.getByRole('option', { name: new RegExp(words, 'i') }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(place);
  }
});

test('a screen that fails says so, and the others work on', async () => {
  const before = desk.troubles.length;
  await page.route('**/v1/analytics/summary*', (route) => route.fulfill({ json: { totals: { questions: 1 } } }));
  await go('/analytics');
  await page.getByRole('heading', { name: 'This screen failed' }).waitFor();
  assert.ok(desk.troubles.length > before, 'the error is on the console');
  desk.troubles.length = before;
  await page.getByRole('navigation', { name: 'Workspace' }).getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await page.unroute('**/v1/analytics/summary*');
  await page.getByRole('navigation', { name: 'Workspace' }).getByRole('link', { name: 'Analytics' }).click();
  await page.getByText('Questions per day').waitFor();
});

test('nothing came from elsewhere, and the console stayed quiet', () => {
  assert.deepEqual(desk.foreign, []);
  assert.deepEqual(desk.troubles, []);
});
