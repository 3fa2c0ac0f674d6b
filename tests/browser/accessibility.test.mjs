// Every screen in both themes, wide and narrow: no violation of WCAG 2.2 A and AA that axe can find, no error on the
// console (a refusal by the Content-Security-Policy is one), and no sideways scrolling down to 320 px.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, mockContext, watchedPage, web } from './browser.mjs';
import { session, startMock } from './mock/server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const project = '/projects/proj_billing';
const signedOut = ['/sign-in', '/sign-up', '/confirm?email=a@b.example', '/forgot', '/reset', '/invite#email=a@b.example&token=t', '/invite'];
const signedIn = [
  '/', '/inbox', '/inbox/conv_1', '/inbox/conv_2', '/analytics', '/activity', '/projects/new', project, `${project}/documents`,
  `${project}/documents/doc_faq`, `${project}/ask`, `${project}/tests`, `${project}/tests/run_2`, `${project}/widget`, `${project}/deploy`,
  `${project}/conversations`, `${project}/settings`, '/team', '/keys', '/billing', '/settings', '/account', '/nowhere',
];

let mock;
let browser;
before(async () => {
  mock = await startMock(web);
  browser = await launch();
});
after(async () => {
  await browser.close();
  await mock.stop();
});

// A heading is there and nothing is loading any more.
async function settled(page) {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
}

async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), tags);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary.split('\n')[1]?.trim()})`));
}

async function visit(context, path, act) {
  const wrong = await lookAt(context, path, act);
  assert.deepEqual(wrong, []);
}

// What is wrong with a screen, in words.
async function lookAt(context, path, act) {
  const troubles = [];
  const page = await watchedPage(context, troubles);
  await page.goto(mock.origin + path);
  await settled(page);
  await act?.(page);
  const found = await violations(page);
  const { width, overflow } = await page.evaluate(() => ({ width: innerWidth, overflow: document.documentElement.scrollWidth }));
  await page.close();
  if (overflow > width) found.push(`${overflow} px wide in a window of ${width}`);
  return [...found, ...troubles].map((words) => `${path} ${words}`);
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1440, 390]) {
    test(`every screen can be used by everybody, ${colorScheme}, ${width} px`, async () => {
      const view = { colorScheme, viewport: { width, height: 900 } };
      const member = await mockContext(browser, view, session);
      const wrong = [];
      for (const path of signedIn) wrong.push(...(await lookAt(member, path)));
      await visit(member, `${project}/ask`, async (page) => {
        await page.getByLabel('Question', { exact: true }).fill('What is your refund policy?');
        await page.keyboard.press('Enter');
        await page.locator('.excerpts button').first().click();
        await page.locator('.pdf-mark').first().waitFor();
      });
      await visit(member, `${project}/ask?question=Do+you+ship+to+Iceland`, async (page) => {
        await page.getByRole('button', { name: 'Ask', exact: true }).click();
        await page.getByText('Why there is no answer').waitFor();
      });
      await visit(member, '/', async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox').fill('bill');
        await page.getByRole('option').first().waitFor();
      });
      await member.close();
      const stranger = await browser.newContext(view);
      for (const path of signedOut) wrong.push(...(await lookAt(stranger, path)));
      await stranger.close();
      assert.deepEqual(wrong, []);
    });
  }
}

test('nothing scrolls sideways at 320 px', async () => {
  const context = await mockContext(browser, { viewport: { width: 320, height: 640 } }, session);
  const wide = [];
  for (const path of signedIn) {
    const page = await context.newPage();
    await page.goto(mock.origin + path);
    await settled(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth);
    if (overflow > 320) wide.push(`${path} is ${overflow} px wide`);
    await page.close();
  }
  await context.close();
  assert.deepEqual(wide, []);
});

test('empty lists say what to do next', async () => {
  mock.state.empty = true;
  const context = await mockContext(browser, {}, session);
  for (const [path, words] of [
    ['/', 'Create your first project'], ['/inbox', 'No conversations yet'], ['/analytics', 'No questions in this range'], ['/activity', 'Nothing has happened here yet'],
    ['/keys', 'No keys yet'], [`${project}/documents`, 'Drop documents here'], [`${project}/tests`, 'No tests yet'],
  ]) {
    await visit(context, path, (page) => page.getByText(words).waitFor());
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
    await visit(context, path, async (page) => {
      await page.getByText(words).first().waitFor();
      assert.ok(await page.getByRole('button', { name: control, exact: true }).isDisabled(), `${control} on ${path}`);
    });
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
