// The dashboard where somebody else has put it, from signing up to an opened source: at an address that is not the root of
// its origin (BROWSER_TEST_URL; tests/e2e/nginx_test.py gives one), or with its files in a bucket (BROWSER_TEST_FILES;
// tests/e2e/bucket_test.py).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, watchedPage } from './browser.mjs';
import { handbook } from './product.mjs';

const base = process.env.BROWSER_TEST_URL;
const files = process.env.BROWSER_TEST_FILES ?? base;
const below = (url) => /^(blob|data):/.test(url) || url === base || [base, files].some((place) => url.startsWith(`${place}/`));

test('people sign up, upload, ask and open a source', async () => {
  const browser = await launch();
  try {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true });
    const [troubles, elsewhere, stored] = [[], [], []];
    context.on('request', (request) => {
      if (!below(request.url())) elsewhere.push(request.url());
      if (request.method() === 'PUT') stored.push(request.url());
    });
    const page = await watchedPage(context, troubles);
    page.setDefaultTimeout(20_000);
    await page.goto(`${base}/sign-up`);
    await page.getByLabel('Name').fill('Mira Olsen');
    await page.getByLabel('E-mail').fill('mira@acme.example');
    await page.getByLabel('Password').fill('Corr3ct-Horse');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('Company').fill('Acme Kilns');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Create your first project').waitFor();
    await page.goto(`${base}/projects/new`);
    await page.getByLabel('Name').fill('Kiln help');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.waitForURL(/\/projects\/proj_\w+\/documents$/);
    const project = page.url().replace(/\/documents$/, '');
    await page.getByLabel('Files to upload').setInputFiles(handbook);
    await page.getByRole('row', { name: /atlas-handbook\.pdf/ }).getByText('Indexed').waitFor({ timeout: 60_000 });
    await page.goto(`${project}/ask`);
    await page.getByLabel('Question', { exact: true }).fill('How long is the warranty on the kiln?');
    await page.keyboard.press('Enter');
    await page.locator('.turn-foot').waitFor();
    await page.locator('.answer .mark-button').first().click();
    await page.locator('.pdf-mark').first().waitFor();
    assert.deepEqual(elsewhere, [], 'everything lies below the prefix, or in the bucket');
    assert.equal(stored.filter((url) => url.startsWith(`${files}/`)).length, 2, 'the file and its sidecar went to where files are');
    // A person without a company is told so by a 403, which the browser writes down.
    assert.deepEqual(troubles.filter((each) => !(each.includes('/welcome') && each.includes('403'))), []);
  } finally {
    await browser.close();
  }
});
