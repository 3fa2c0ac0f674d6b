// Debian's Chromium, driven by Playwright.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const web = process.env.BROWSER_TEST_WEB ?? fileURLToPath(new URL('../../build/web', import.meta.url));

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--font-render-hinting=none'] });

// A page that fails the test on any script error, console error or Content-Security-Policy report.
export async function watchedPage(context, troubles) {
  const page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

export async function mockContext(browser, options, session) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  await context.addInitScript((tokens) => {
    if (location.origin !== 'null') localStorage.setItem('oprag.session', JSON.stringify(tokens));
  }, session());
  return context;
}
