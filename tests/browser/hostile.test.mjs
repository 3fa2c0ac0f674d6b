// Answers are shown, never run: no script, no request, no element that could load, whatever a document or a model says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, mockContext, web } from './browser.mjs';
import { answers, dangerous, title } from './hostile.mjs';
import { session, startMock } from './mock/server.mjs';

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

test(`${title} stay inert in an answer`, async () => {
  const context = await mockContext(browser, {}, session);
  const page = await context.newPage();
  const foreign = [];
  const ran = [];
  page.on('dialog', (dialog) => (ran.push(dialog.message()), dialog.dismiss()));
  page.on('pageerror', (error) => ran.push(error.message));
  page.on('request', (request) => new URL(request.url()).origin === mock.origin || foreign.push(request.url()));
  page.on('console', (message) => /Content Security Policy/.test(message.text()) && ran.push(message.text()));
  await page.goto(`${mock.origin}/projects/proj_billing/ask`, { waitUntil: 'load' });
  for (const [i, answer] of answers.entries()) {
    mock.state.answer = answer;
    if (i % 20 === 0) await page.reload({ waitUntil: 'load' });
    await page.getByLabel('Question', { exact: true }).fill(`question ${i}`);
    await page.keyboard.press('Enter');
    await page.locator('.turn', { hasText: `question ${i}` }).locator('.turn-foot').waitFor();
    const last = page.locator('.turn').last().locator('.answer');
    const bad = [...(await last.evaluate(dangerous)), ...(await last.evaluate((node) => [...node.querySelectorAll('svg')].map((one) => one.outerHTML)))];
    assert.deepEqual(bad, [], JSON.stringify(answer.slice(0, 200)));
  }
  delete mock.state.answer;
  assert.deepEqual(foreign, []);
  assert.deepEqual(ran, []);
  await context.close();
});
