// What people do, as a whole: one company from signing up to a conversation of a visitor that became a test, in
// a real browser on the built program. Nothing may be loaded from elsewhere and nothing may reach the console as an error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fillSignUp, foundCompany, password, startDesk } from './desk.mjs';
import { handbook, openShadows, startSite } from './product.mjs';

const question = 'How long is the warranty on the kiln?';
// Which page the handbook prints it on.
const pageOfWarranty = 5;
let desk;
let product;
let site;
let owner; // the owner's browser
let page;
let projectId;
let keyShown;
const person = (...options) => desk.person(...options);
const watched = (one) => desk.watched(one);
const go = (path) => page.goto(product.origin + path);
const heading = (name, on = page) => on.getByRole('heading', { level: 1, name, exact: true }).waitFor();
// Steps of one journey: each stands on the one before.
const steps = [];
const step = (name, act) => steps.push([name, act]);

before(async () => {
  desk = await startDesk();
  product = desk.product;
  owner = await person({ permissions: ['clipboard-read', 'clipboard-write'] });
  page = watched(await owner.newPage());
});
after(async () => {
  await site?.stop();
  await desk?.stop();
});

// Milliseconds from asking for a page until nothing on it is loading any more, and by how much it shifted meanwhile.
async function load(path) {
  await go(path);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  const ms = await page.evaluate(async () => {
    while (document.querySelector('[aria-busy="true"], .skeleton')) await new Promise(requestAnimationFrame);
    return performance.now();
  });
  await page.waitForTimeout(200);
  return { ms, shifted: await page.evaluate(() => globalThis.shifted) };
}

// What is promised, within a second, is only asked of a machine that has nothing else to do: USABLE_MS=1000. The better of two
// loads, since the first fills the browser's caches; nothing may shift in either.
const usableMs = Number(process.env.USABLE_MS ?? 10_000);
async function isQuickAndSteady(path) {
  const loads = [await load(path), await load(path)];
  const ms = Math.min(...loads.map((one) => one.ms));
  assert.ok(ms < usableMs, `${path} was usable after ${Math.round(ms)} ms`);
  assert.ok(loads.every(({ shifted }) => shifted === 0), `${path} shifted`);
  return `${path.replace(projectId, 'proj_…')} ${Math.round(ms)} ms`;
}

test('the first page is usable soon and does not jump', async () => {
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (globalThis.shifted += entry.value))).observe({ type: 'layout-shift', buffered: true });
  });
  await isQuickAndSteady('/sign-in');
});

test('no script or style may stand in the page itself, and nothing may come from elsewhere', async () => {
  for (const path of ['/', '/sign-in', '/docs']) {
    const policy = (await fetch(product.origin + path)).headers.get('Content-Security-Policy');
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|https?:|\*/, `${path}: ${policy}`);
    assert.match(policy, /default-src '(none|self)'/, `${path}: ${policy}`);
  }
});

step('a person signs up, names a company and creates a project', async () => {
  await fillSignUp(page, product.origin, 'Mira Olsen', 'mira@acme.example');
  await foundCompany(page, 'Acme Kilns');
  await go('/projects/new');
  await page.getByLabel('Name').fill('Kiln help');
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.waitForURL(/\/projects\/(proj_\w+)\/documents$/);
  projectId = /proj_\w+/.exec(page.url())[0];
});

step('a PDF dropped on the page is uploaded and indexed', async () => {
  await page.getByText('Drop documents here').waitFor();
  const bytes = readFileSync(handbook).toString('base64');
  await page.evaluate((base64) => {
    const data = new DataTransfer();
    const content = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    data.items.add(new File([content], 'atlas-handbook.pdf', { type: 'application/pdf' }));
    for (const type of ['dragover', 'drop']) dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }, bytes);
  const row = page.getByRole('row', { name: /atlas-handbook\.pdf/ });
  await row.getByText('Indexed').waitFor({ timeout: 60_000 });
  assert.ok(Number(await row.getByRole('cell').nth(3).textContent()) > 1, 'it has several pages');
});

step('a file that cannot be read says why', async () => {
  await page.getByLabel('Files to upload').setInputFiles({ name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nnot really') });
  const row = page.getByRole('row', { name: /broken\.pdf/ });
  await row.locator('.bad-text').waitFor({ timeout: 60_000 });
  await row.getByLabel('Choose broken.pdf').check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await row.waitFor({ state: 'detached' });
});

step('an answer leads to its page, with the excerpt marked', async () => {
  await go(`/projects/${projectId}/ask`);
  await page.getByLabel('Question', { exact: true }).fill(question);
  await page.keyboard.press('Enter');
  await page.locator('.turn-foot').waitFor();
  assert.match(await page.locator('.answer').textContent(), /warranty|years|months/i);
  await page.locator('.answer .mark-button').first().click();
  const source = page.getByRole('region', { name: 'Source' });
  const shown = Number(/Page (\d+) of/.exec(await source.getByText(/^Page \d+ of \d+/).textContent())[1]);
  await page.locator(`canvas[data-page="${shown}"]`).waitFor();
  await page.locator('.pdf-mark').first().waitFor();
  assert.equal(shown, pageOfWarranty, 'the page that the handbook prints it on');
  const ink = await page.evaluate(() => {
    const canvas = document.querySelector('.pdf-page canvas');
    const scale = canvas.width / canvas.getBoundingClientRect().width;
    const frame = canvas.getBoundingClientRect();
    return [...document.querySelectorAll('.pdf-mark')].map((mark) => {
      const box = mark.getBoundingClientRect();
      const { data } = canvas.getContext('2d').getImageData((box.x - frame.x) * scale, (box.y - frame.y) * scale, box.width * scale, box.height * scale);
      let dark = 0;
      for (let i = 0; i < data.length; i += 4) dark += data[i] < 128;
      return dark / (data.length / 4);
    });
  });
  assert.ok(ink.length > 0 && ink.every((share) => share > 0.03 && share < 0.6), `each mark lies on a line of text: ${ink}`);
});

step('what the documents do not say is not made up', async () => {
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('Question', { exact: true }).fill('Who won the chess championship in 1972?');
  await page.keyboard.press('Enter');
  await page.getByText('Why there is no answer').waitFor();
});

step('deploying shows the key once, and the key answers', async () => {
  await go(`/projects/${projectId}/deploy`);
  await page.getByRole('button', { name: 'Deploy', exact: true }).click();
  keyShown = await page.getByTestId('api-key').textContent();
  assert.match(keyShown, /^sk_live_\w{20,}$/);
  const done = page.getByRole('button', { name: 'Done' });
  assert.ok(await done.isDisabled(), 'not before it is stored');
  await page.getByRole('button', { name: 'Copy key' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), keyShown);
  await page.getByLabel('I have stored the key').check();
  await done.click();
  await page.getByRole('button', { name: 'Deploy again' }).waitFor();
  assert.ok(!(await page.content()).includes(keyShown), 'it is not shown again');
  const answer = await fetch(`${product.origin}/v1/chat`, { method: 'POST', headers: { 'X-Oprag-Key': keyShown, 'Content-Type': 'application/json' }, body: JSON.stringify({ question }) });
  assert.equal((await answer.json()).answered, true);
});

step('the widget answers on an origin that is listed, and is not there on one that is not', async () => {
  site = await startSite(product.origin, projectId);
  await go(`/projects/${projectId}/widget`);
  await page.getByLabel('When the documents don’t say').fill('Write to kilns@acme.example.');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('Saved').first().waitFor();
  await page.getByLabel('Allowed origins').fill(site.origin);
  await page.getByRole('button', { name: 'Save' }).last().click();
  await page.getByText('No origins: browsers are refused').waitFor({ state: 'detached' });

  const visitor = await person({}, () => [product.origin, site.origin]);
  await visitor.addInitScript(openShadows);
  const host = watched(await visitor.newPage());
  await host.goto(site.origin);
  await host.locator('.open').click();
  await host.getByLabel('Your question').fill(question);
  await host.keyboard.press('Enter');
  await host.locator('.said summary').first().waitFor();
  assert.match(await host.locator('.said summary').first().textContent(), /atlas-handbook\.pdf · page \d/);
  await host.getByRole('button', { name: 'Helpful', exact: true }).click();
  await host.locator('.rate [aria-pressed="true"]').waitFor();
  await host.getByLabel('Your question').fill('Who won the chess championship in 1972?');
  await host.keyboard.press('Enter');
  await host.getByText('Write to kilns@acme.example.').waitFor();
  assert.deepEqual(await host.evaluate(() => globalThis.shadowModes), ['closed']);

  await host.reload();
  await host.locator('.open').click();
  assert.equal(await host.locator('.asked').count(), 2, 'the conversation is still there');
  await host.keyboard.press('Escape');
  await host.locator('.panel').waitFor({ state: 'hidden' });
  await host.locator('.open').click();
  await host.getByRole('button', { name: 'Clear' }).click();
  assert.equal(await host.locator('.asked').count(), 0);
  await visitor.close();

  const stranger = await person({}, () => [product.origin, site.otherOrigin]);
  const other = await stranger.newPage();
  await other.goto(site.otherOrigin, { waitUntil: 'networkidle' });
  assert.equal(await other.locator('[data-oprag-widget]').count(), 0, 'no widget where the origin is not listed');
  await other.getByRole('button', { name: 'Own button' }).click();
  await stranger.close();
  const refused = await fetch(`${product.origin}/v1/chat`, { method: 'POST', headers: { 'X-Oprag-Key': keyShown, 'Content-Type': 'application/json', Origin: site.otherOrigin }, body: JSON.stringify({ question }) });
  assert.equal(refused.status, 403);
});

step('the visitor’s conversation is in the inbox, becomes a test, and the run is green', async () => {
  await go('/inbox?channel=widget');
  await page.getByText(question).first().click();
  await page.getByText('Visitor: good').waitFor();
  await page.getByRole('button', { name: 'Make this a test' }).first().click();
  await page.getByText('Saved as a test').waitFor();
  await go(`/projects/${projectId}/tests`);
  await page.getByRole('button', { name: 'Run all' }).click();
  await page.waitForURL(/\/tests\/run_/);
  await page.getByText('Pass', { exact: true }).first().waitFor();
});

test('from signing up, over a PDF, an answer, its page, a deployment and a widget elsewhere, to a test that is green', async (t) => {
  for (const [name, act] of steps) await t.test(name, act);
});

test('every screen of a company at work is usable soon, and nothing on it jumps', async (t) => {
  const inside = `/projects/${projectId}`;
  for (const path of ['/', '/inbox', '/analytics', '/activity', inside, `${inside}/documents`, `${inside}/ask`, `${inside}/tests`, `${inside}/widget`, `${inside}/deploy`, `${inside}/settings`, '/team', '/keys', '/billing', '/settings', '/account']) {
    t.diagnostic(await isQuickAndSteady(path));
  }
});

test('an invited colleague joins by the link and may do what a member may', async () => {
  await go('/team');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByLabel('E-mail').fill('sam@acme.example');
  await page.getByRole('dialog').getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await page.getByLabel('invitation link', { exact: true }).textContent();
  const colleague = await person();
  const his = watched(await colleague.newPage());
  await his.goto(link);
  await his.getByLabel('Password').fill(password);
  await his.getByRole('button', { name: 'Join' }).click();
  await heading('Home', his);
  for (const [path, words, control] of [
    [`/projects/${projectId}/deploy`, 'Only admins and owners can deploy', 'Deploy again'],
    ['/team', 'Only admins and owners can invite', 'Invite'],
    ['/keys', 'Only admins and owners can create', 'Create key'],
    [`/projects/${projectId}/settings`, 'Only admins and owners can archive', 'Archive project'],
  ]) {
    await his.goto(product.origin + path);
    await his.getByText(words).first().waitFor();
    assert.ok(await his.getByRole('button', { name: control, exact: true }).isDisabled(), `${control} on ${path}`);
  }
  await go('/team');
  const changed = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
  await page.getByLabel('Role of sam@acme.example').selectOption('admin');
  await changed;
  await his.goto(`${product.origin}/projects/${projectId}/deploy`);
  await his.locator('button:enabled', { hasText: 'Deploy again' }).waitFor(); // an admin deploys
  await his.goto(`${product.origin}/team`);
  await his.getByRole('row', { name: /mira@acme/ }).waitFor();
  assert.equal(await his.getByRole('row', { name: /mira@acme/ }).getByRole('button', { name: 'Remove' }).count(), 0, 'nor does he remove an owner');
  await colleague.close();
});

test('signing out and in again, and a wrong password', async () => {
  const again = await person();
  const one = await again.newPage();
  await one.goto(`${product.origin}/inbox`);
  await one.waitForURL(/sign-in\?next=/);
  await one.getByLabel('E-mail').fill('mira@acme.example');
  await one.getByLabel('Password').fill('Wr0ng-Horse');
  await one.getByRole('button', { name: 'Sign in' }).click();
  await one.getByText('The e-mail address or the password is wrong.').waitFor();
  await one.getByLabel('Password').fill(password);
  await one.getByRole('button', { name: 'Sign in' }).click();
  await one.waitForURL(/\/inbox$/);
  await again.close();
});

test('an archived project is gone from the rail, and its key answers no more', async () => {
  await go(`/projects/${projectId}/settings`);
  await page.getByRole('button', { name: 'Archive project' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Kiln help');
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await page.getByText('Kiln help is archived.').waitFor();
  await page.getByRole('navigation', { name: 'Workspace' }).getByText('Kiln help').waitFor({ state: 'detached' });
  const answer = await fetch(`${product.origin}/v1/chat`, { method: 'POST', headers: { 'X-Oprag-Key': keyShown, 'Content-Type': 'application/json' }, body: JSON.stringify({ question }) });
  assert.equal(answer.status, 401);
});

test('nothing came from elsewhere, and the console stayed quiet', () => {
  assert.deepEqual(desk.foreign, []);
  assert.deepEqual(desk.troubles, []);
});
