// Every screen in both themes, wide and narrow: no violation of WCAG 2.2 A and AA that axe can find, no error on the
// console (a refusal by the Content-Security-Policy is one), and no sideways scrolling down to 320 px.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, mockContext, watchedPage, web } from './browser.mjs';
import { session, startMock } from './mock/server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everyRule = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const project = '/projects/proj_billing';
const signedOut = ['/sign-in', '/sign-up', '/confirm?email=a@b.example', '/forgot', '/reset', '/invite#email=a@b.example&token=t', '/invite'];
// The operations of the reference are all built alike: a few stand for all.
const aFew = (page) => page.evaluate(() => [...document.querySelectorAll('.operation, #records ~ *')].slice(3).forEach((one) => one.remove()));
const docs = ['/docs/', ['/docs/api/', aFew], '/docs/widget/', '/docs/operations/', '/docs/security/', '/docs/figures/'];
const signedIn = [
  '/', '/inbox', '/inbox/conv_1', '/inbox/conv_2', '/analytics', '/activity', '/projects/new', project, `${project}/documents`,
  `${project}/documents/doc_faq`, `${project}/ask`, `${project}/tests`, `${project}/tests/run_2`, `${project}/widget`, `${project}/deploy`,
  `${project}/conversations`, `${project}/settings`, '/team', '/keys', '/billing', '/settings', '/account',
];
const click = (name) => (page) => page.getByRole('button', { name, exact: true }).first().click();
const dialog = (name) => async (page) => {
  await click(name)(page);
  await page.getByRole('dialog').waitFor();
};
// What opens on a screen.
const opened = [
  ['/team', dialog('Invite')], ['/keys', dialog('Create key')], [`${project}/tests`, dialog('Add test')], [`${project}/settings`, dialog('Archive project')],
  [`${project}/ask`, async (page) => {
    await page.getByLabel('Question', { exact: true }).fill('What is your refund policy?');
    await page.keyboard.press('Enter');
    await page.locator('.excerpts button').first().click();
    await page.locator('.pdf-mark').first().waitFor();
  }],
  [`${project}/ask?question=Do+you+ship+to+Iceland`, async (page) => {
    await click('Ask')(page);
    await page.getByText('Why there is no answer').waitFor();
  }],
  ['/', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('bill');
    await page.getByRole('option').first().waitFor();
  }],
  [`${project}/deploy`, async (page) => {
    await click('Deploy again')(page);
    await page.getByTestId('api-key').waitFor();
  }],
];

let mock;
let browser;
before(async () => {
  mock = await startMock(web);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await mock?.stop();
});

// A heading is there and nothing is loading any more.
async function settled(page) {
  await page.locator('h1').first().waitFor({ state: 'attached', timeout: 10_000 });
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .skeleton'));
}

async function violations(page, runOnly) {
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), runOnly);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary.split('\n')[1]?.trim()})`));
}

// What is wrong with a screen, in words. It is loaded once, and every rule is asked wide and light, then narrow and dark.
async function lookAt(context, path, act) {
  const found = [];
  const page = await watchedPage(context, found);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(mock.origin + path);
  await settled(page);
  await act?.(page);
  await page.evaluate(axe);
  for (const [width, colorScheme, rules] of [[1440, 'light', everyRule], [390, 'dark', everyRule], [320, 'dark', null]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const wrong = rules ? await violations(page, rules) : [];
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth);
    if (overflow > width) wrong.push(`${overflow} px wide`);
    found.push(...wrong.map((words) => `${width} px, ${colorScheme}: ${words}`));
  }
  await page.close();
  return found.map((words) => `${path} ${words}`);
}

// Two at a time: as many as the smallest machine has processors.
async function nothingIsWrong(context, screens) {
  const queue = [...screens];
  const wrong = [];
  const looker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) wrong.push(...(await lookAt(context, ...[next].flat())));
  };
  await Promise.all([looker(), looker()]);
  await context.close();
  assert.deepEqual(wrong, []);
}

test('every screen can be used by everybody, in both themes, wide and narrow', async () => nothingIsWrong(await mockContext(browser, {}, session), signedIn));
test('and what opens on them', async () => nothingIsWrong(await mockContext(browser, {}, session), opened));
test('and the ways in', async () => nothingIsWrong(await browser.newContext(), signedOut));
test('and the documentation', async () => nothingIsWrong(await browser.newContext(), docs));

test('empty lists say what to do next', async () => {
  mock.state.empty = true;
  const context = await mockContext(browser, {}, session);
  for (const [path, words] of [
    ['/', 'Create your first project'], ['/inbox', 'No conversations yet'], ['/analytics', 'No questions in this range'], ['/activity', 'Nothing has happened here yet'],
    ['/keys', 'No keys yet'], [`${project}/documents`, 'Drop documents here'], [`${project}/tests`, 'No tests yet'],
  ]) {
    const page = await context.newPage();
    await page.goto(mock.origin + path);
    await page.getByText(words).waitFor();
    await page.close();
  }
  mock.state.empty = false;
  await context.close();
});

test('a member is told why, not shown half', async () => {
  mock.state.role = 'member';
  const context = await mockContext(browser, {}, session);
  for (const [path, words, control] of [
    [`${project}/deploy`, 'Only admins and owners can deploy', 'Deploy again'], ['/team', 'Only admins and owners can invite', 'Invite'], ['/keys', 'Only admins and owners can create', 'Create key'],
    [`${project}/settings`, 'Only admins and owners can archive', 'Archive project'],
  ]) {
    const page = await context.newPage();
    await page.goto(mock.origin + path);
    await page.getByText(words).first().waitFor();
    assert.ok(await page.getByRole('button', { name: control, exact: true }).isDisabled(), `${control} on ${path}`);
    await page.close();
  }
  mock.state.role = 'owner';
  await context.close();
});

test('the inbox is driven by keys', async () => {
  const context = await mockContext(browser, {}, session);
  const page = await context.newPage();
  await page.goto(`${mock.origin}/inbox`);
  await settled(page);
  await page.keyboard.press('j');
  await page.waitForURL('**/inbox/conv_1');
  await page.keyboard.press('j');
  await page.waitForURL('**/inbox/conv_2');
  await page.keyboard.press('k');
  await page.waitForURL('**/inbox/conv_1');
  await page.keyboard.press('e');
  await page.locator('.inbox-review [aria-pressed="true"]', { hasText: 'Reviewed' }).waitFor();
  await page.keyboard.press('2');
  await page.locator('.inbox-review [aria-pressed="true"]', { hasText: 'Bad' }).waitFor();
  await context.close();
});
