// The widget on pages of other origins, on the built program: an answer that grows while it arrives, a line that breaks, a
// page that reads from right to left, a phone, and a server that is not there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { answers, dangerous, title } from './hostile.mjs';
import { apiOf, fillSignUp, foundCompany, startDesk, upload } from './desk.mjs';
import { handbook, openShadows, startSite } from './product.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const question = 'How long is the warranty on the kiln?';
const answered = /36 months/;
let desk;
let origin;
let api;
let projectId;
let line; // between the sites and the program
let site;
let rightToLeft;

// Passes everything on, and does to the answers of /v1/chat what `line.chat` says: 'slow' hands on one event after the
// other, 'cut' breaks off after the first words.
async function startLine(port) {
  const asked = [];
  const state = { chat: '', asked, answer: null };
  const server = createServer((request, response) => {
    if (state.chat === 'down') return response.writeHead(502).end();
    const isChat = request.method === 'POST' && request.url === '/v1/chat';
    if (isChat && state.answer !== null) {
      const source = { title: 'a.pdf', filename: state.answer, excerpt: state.answer, pageNumber: 1 };
      response.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' });
      return response.end(JSON.stringify({ answer: state.answer, sessionId: 'sess_1', answered: true, sources: [source], citations: [] }));
    }
    const behind = send({ host: '127.0.0.1', port, path: request.url, method: request.method, headers: { ...request.headers, host: `127.0.0.1:${port}` } }, async (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      if (!isChat) return answer.pipe(response);
      asked.push({ key: request.headers['idempotency-key'], last: request.headers['last-event-id'], type: answer.headers['content-type'] });
      let text = '';
      for await (const part of answer.setEncoding('utf8')) text += part;
      for (const event of text.split(/(?<=\n\n)/)) {
        response.write(event);
        await new Promise((resolve) => setTimeout(resolve, state.chat === 'slow' ? 300 : 20));
        if (state.chat === 'cut' && event.includes('event: delta')) {
          state.chat = '';
          return response.destroy();
        }
      }
      response.end();
    });
    behind.on('error', () => response.destroy());
    request.pipe(behind);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, { origin: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) });
}

before(async () => {
  desk = await startDesk();
  origin = desk.product.origin;
  const page = desk.watched(await (await desk.person()).newPage());
  await fillSignUp(page, origin, 'Mira Olsen', 'mira@acme.example');
  await foundCompany(page, 'Acme Kilns');
  api = apiOf(page, origin);
  ({ projectId } = await api('POST', '/v1/projects', { name: 'Kiln help' }));
  await upload(page, origin, projectId, [handbook]);
  await api('POST', `/v1/projects/${projectId}/deploy`, {});
  line = await startLine(new URL(origin).port);
  site = await startSite(line.origin, projectId);
  rightToLeft = await startSite(line.origin, projectId, '<h1>موقع</h1>', 'rtl');
  await api('PATCH', `/v1/projects/${projectId}`, { allowedOrigins: [site.origin, rightToLeft.origin] });
  await api('PATCH', `/v1/projects/${projectId}/widget-config`, { contactText: 'Write to kilns@acme.example.', suggestedQuestions: [question] });
});
after(async () => {
  for (const one of [site, rightToLeft, line, desk]) await one?.stop();
});

async function visit(place = site, options = {}) {
  const visitor = await desk.person(options, () => [line.origin, place.origin]);
  await visitor.addInitScript(openShadows);
  const page = desk.watched(await visitor.newPage());
  await page.goto(place.origin);
  await page.locator('.open').click();
  return page;
}
async function ask(page, words = question) {
  await page.getByLabel('Your question').fill(words);
  await page.keyboard.press('Enter');
}

test('an answer grows while it arrives, and is announced once it is whole', async () => {
  line.chat = 'slow';
  const page = await visit();
  await ask(page);
  await page.locator('.said[aria-busy="true"]', { hasText: answered }).waitFor();
  assert.equal(await page.locator('.rate').count(), 0, 'not whole yet');
  await page.locator('.rate').waitFor();
  assert.equal(await page.locator('.said[aria-busy]').count(), 0);
  assert.match(line.asked.at(-1).type, /^text\/event-stream/);
  line.chat = '';
  await page.context().close();
});

test('a line that breaks is taken up where it was: the same question once, nothing twice', async () => {
  const page = await visit();
  line.chat = 'cut';
  const before = line.asked.length;
  const quiet = desk.troubles.length;
  await ask(page);
  await page.locator('.rate').waitFor();
  const [first, second, ...more] = line.asked.slice(before);
  assert.deepEqual(more, []);
  assert.equal(desk.troubles.splice(quiet).length, 1, 'the browser writes down that the line broke, and nothing else');
  assert.equal(second.key, first.key, 'the same key');
  assert.ok(Number(second.last) >= 1, 'after the event that was seen last');
  const text = await page.locator('.said').textContent();
  assert.equal(text.match(/lasts 36 months from the day of purchase/g).length, 1 + (await page.locator('.said blockquote', { hasText: answered }).count()), 'once in the answer, once in its excerpt');
  const { conversations } = await api('GET', '/v1/conversations?channel=widget');
  const { messages } = await api('GET', `/v1/conversations/${conversations[0].conversationId}`);
  assert.equal(messages.length, 2, 'one question, one answer');
  await page.context().close();
});

test('while the server is away the question is kept, and one press asks again', async () => {
  const page = await visit();
  line.chat = 'down';
  const quiet = desk.troubles.length;
  await ask(page);
  await page.getByText('The answer did not arrive.').waitFor();
  desk.troubles.length = quiet; // the failed loads, as the browser writes them down
  line.chat = '';
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.said', { hasText: answered }).waitFor();
  await page.context().close();
});

test('it is usable by everybody: axe finds nothing, keys are enough, focus returns', async () => {
  const page = await visit();
  await ask(page, 'Who won the chess championship in 1972?');
  await page.getByText('Write to kilns@acme.example.').waitFor();
  await ask(page);
  await page.locator('.said summary').first().waitFor();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => (await globalThis.axe.run('[data-oprag-widget]')).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`));
    assert.deepEqual(violations, [], colorScheme);
  }
  await page.locator('.said .mark').first().press('Enter');
  await page.locator('details[open] blockquote', { hasText: answered }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.querySelector('[data-oprag-widget]').shadowRoot.activeElement.className), 'open');
  await page.context().close();
});

test(`${title} stay inert in the widget, as an answer, a file's name and an excerpt`, async () => {
  const page = await visit();
  const ran = [];
  page.on('dialog', (dialog) => (ran.push(dialog.message()), dialog.dismiss()));
  const bad = [];
  for (const [i, answer] of answers.entries()) {
    line.answer = answer;
    await ask(page, `question ${i}`);
    await page.locator('.said:not([aria-busy]) details').nth(i).waitFor();
    bad.push(...(await page.locator('.said').last().evaluate(dangerous)));
  }
  line.answer = null;
  assert.deepEqual(bad, []);
  assert.deepEqual(ran, []);
  await page.context().close();
});

test('on a page whose own style is loud and whose names are the widget’s, it looks as on any other', async () => {
  const look = (page) => page.evaluate(() => {
    const shadow = [...document.querySelectorAll('*')].map((element) => element.shadowRoot).find((root) => root?.querySelector('textarea, input'));
    return [...shadow.querySelectorAll('*')].filter((element) => element.checkVisibility()).map((element) => {
      const { color, fontSize, fontFamily, display, textTransform, letterSpacing, lineHeight } = getComputedStyle(element);
      const { width, height } = element.getBoundingClientRect();
      return [element.localName, color, fontSize, fontFamily, display, textTransform, letterSpacing, lineHeight, Math.round(width), Math.round(height)].join(' ');
    });
  });
  const plain = await visit();
  const wanted = await look(plain);
  assert.ok(wanted.length > 5);
  const loud = await visit(site, { bypassCSP: true });
  await loud.addStyleTag({ content: `
    html { font-size: 40px } body { color: red; font: italic 30px/3 serif; letter-spacing: 9px; text-transform: uppercase; direction: ltr }
    * { color: lime !important; letter-spacing: 9px !important; text-transform: uppercase !important; line-height: 3 !important }
    .open, .panel, .said, button, textarea, input, form, p { display: none !important; font-size: 99px !important }` });
  assert.deepEqual(await look(loud), wanted);
  await plain.context().close();
  await loud.context().close();
});

test('on a page that reads from right to left it stands at the left and reads so, too', async () => {
  const page = await visit(rightToLeft);
  await ask(page);
  await page.locator('.said', { hasText: answered }).waitFor();
  const { x, width } = await page.locator('.panel').boundingBox();
  assert.ok(x < 40, `the panel begins at ${x} px`);
  const field = await page.getByLabel('Your question').boundingBox();
  const button = await page.getByRole('button', { name: 'Send' }).boundingBox();
  assert.ok(button.x < field.x, 'the button stands at the end of the line, which is left');
  assert.ok(x + width < 500);
  await page.context().close();
});

test('on a phone it takes the whole screen, and nothing scrolls sideways', async () => {
  const page = await visit(site, { viewport: { width: 390, height: 800 } });
  const box = await page.locator('.panel').boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 800]);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  await page.context().close();
});

test('what is not there leaves the page alone: no server, no widget, no error', async () => {
  line.chat = 'down';
  const quiet = desk.troubles.length;
  const visitor = await desk.person({}, () => [line.origin, site.origin]);
  const page = desk.watched(await visitor.newPage());
  await page.goto(site.origin, { waitUntil: 'networkidle' });
  assert.equal(await page.locator('[data-oprag-widget]').count(), 0);
  await page.getByRole('button', { name: 'Own button' }).click();
  const words = desk.troubles.splice(quiet);
  assert.ok(words.every((one) => /Failed to load resource/.test(one)), String(words));
  line.chat = '';
  await visitor.close();
});

test('nothing came from elsewhere, and the console stayed quiet', () => {
  assert.deepEqual(desk.foreign, []);
  assert.deepEqual(desk.troubles, []);
});
