// What the tests on the built program share: a program, a browser, people in it, and watching that nothing is loaded from
// elsewhere and nothing reaches the console as an error.
import { launch } from './browser.mjs';
import { startProduct } from './product.mjs';

export const password = 'Corr3ct-Horse';

export async function startDesk(settings = []) {
  const product = await startProduct(settings);
  const browser = await launch();
  const troubles = [];
  const foreign = [];

  // A browser of one's own. `known`: origins that it may load from.
  async function person(options = {}, known = () => [product.origin]) {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(15_000);
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && !known().includes(url.origin)) foreign.push(request.url());
    });
    context.on('weberror', (error) => troubles.push(error.error().message));
    return context;
  }

  function watched(page) {
    page.on('console', (message) => {
      // A person without a company is told so by a 403, which the browser writes down.
      const expected = /status of 403/.test(message.text()) && /\/v1\/(companies\/me|projects\?limit=100)$/.test(message.location().url);
      if (message.type() === 'error' && !expected) troubles.push(`${page.url()}: ${message.text()} ${message.location().url}`);
    });
    return page;
  }

  return {
    product, browser, troubles, foreign, person, watched,
    stop: async () => {
      await browser.close();
      await product.stop();
    },
  };
}

// Fills in the form of sign-up; without a mail server the account is usable at once.
export async function fillSignUp(page, origin, name, email) {
  await page.goto(`${origin}/sign-up`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

export async function foundCompany(page, company) {
  await page.getByLabel('Company').fill(company);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Create your first project').waitFor();
}

export async function signIn(page, origin, email, secret = password) {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

// The API with the token of the person in the page.
export function apiOf(page, origin) {
  return async (method, path, body, headers = {}) => {
    const token = await page.evaluate(() => JSON.parse(localStorage.getItem('oprag.session')).idToken);
    const answer = await fetch(origin + path, {
      method,
      headers: { ...(headers['X-Oprag-Key'] ? {} : { Authorization: `Bearer ${token}` }), 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

export const textFile = (name, text) => ({ name, mimeType: name.endsWith('.html') ? 'text/html' : 'text/markdown', buffer: Buffer.from(text) });

// Drops files into a project and waits until each is indexed.
export async function upload(page, origin, projectId, files) {
  const here = `${origin}/projects/${projectId}/documents`;
  if (!page.url().startsWith(here)) await page.goto(here);
  await page.getByLabel('Files to upload').setInputFiles(files);
  for (const file of files) {
    await page.getByRole('row', { name: new RegExp((file.name ?? file).split('/').pop().replaceAll('.', '\\.')) }).getByText('Indexed').waitFor({ timeout: 60_000 });
  }
}
