// A small company for pictures: made by its owner in the browser where a step is a picture, over the API where it is not.
import { apiOf, fillSignUp, foundCompany, textFile, upload } from './desk.mjs';
import { handbook, openShadows, startSite } from './product.mjs';

const texts = {
  'delivery-and-returns.md': `# Delivery and returns

Kilns leave our works in Aarhus within five working days and are delivered to the kerb. A lift to the studio costs 60 euros a floor.

## Returns
An unused kiln may be returned within 30 days of delivery. We collect it and refund the price within 14 days of its arrival.`,
  'glaze-guide.md': `# Glaze guide

Earthenware glazes melt between 1,000 and 1,100 degrees, stoneware glazes between 1,200 and 1,280. Leave 5 mm of bare clay at the foot of each pot.

## Cooling
Open the lid below 90 degrees only: glazes craze when cold air meets them earlier.`,
  'studio-rules.html': '<title>Studio rules</title><h1>Studio rules</h1><p>The studio is open from 8 to 20 on weekdays. Members book a kiln in the calendar by the door, at the latest on the day before.</p><h2>Care</h2><p>Wash sponges and sieves in the settling tank, never in the sink.</p>',
};
export const warranty = 'How long is the warranty on the kiln?';
const visitorsAsk = [
  'May I return an unused kiln?', 'What does the code E7 mean?', 'At which temperature do stoneware glazes melt?', warranty, 'What does a lift to the studio cost?',
  'What fuse does the AM-20 need?', 'May I return an unused kiln?', 'Do you ship to Iceland?', 'Is there a discount for schools?', 'How long are spare parts kept in stock?',
];

const files = (...names) => names.map((name) => textFile(name, texts[name]));
const torn = { name: 'broken-scan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\ntorn') };

// `firstUse` is called while the company is empty, `emptyProject` with the path of a project that is.
export async function makeWorkspace(page, origin, { firstUse = () => {}, emptyProject = () => {} } = {}) {
  await fillSignUp(page, origin, 'Mira Olsen', 'mira@atlas-kilns.example');
  await foundCompany(page, 'Atlas Kilns');
  await firstUse();
  const api = apiOf(page, origin);
  const kiln = await api('POST', '/v1/projects', { name: 'Kiln help', description: 'Answers what customers ask about kilns, delivery and glazes.' });
  const studio = await api('POST', '/v1/projects', { name: 'Studio handbook' });
  await api('POST', '/v1/projects', { name: 'Courses' });
  const project = `/projects/${kiln.projectId}`;
  await emptyProject(project);
  await upload(page, origin, kiln.projectId, files('delivery-and-returns.md', 'glaze-guide.md'));
  await upload(page, origin, kiln.projectId, [handbook]);
  await page.getByLabel('Files to upload').setInputFiles(torn);
  await page.getByRole('row', { name: /broken-scan/ }).locator('.bad-text').waitFor({ timeout: 60_000 });
  await upload(page, origin, studio.projectId, files('studio-rules.html'));

  const base = `/v1${project}`;
  for (const [prompt, expect] of [
    [warranty, { answered: true, contains: ['36 months'], sources: [{ filename: 'atlas-handbook.pdf', pageNumber: 5 }] }],
    ['May I return an unused kiln?', { answered: true, contains: ['30 days'] }],
    ['Who won the chess championship in 1972?', { answered: false }],
    ['At which temperature do stoneware glazes melt?', { answered: true, contains: ['1,300'] }],
  ]) await api('POST', `${base}/test-prompts`, { prompt, expect });
  await api('POST', `${base}/test-runs`, {});
  const { runId } = await api('POST', `${base}/test-runs`, {});
  for (const [email, name, role] of [['jon@atlas-kilns.example', 'Jon Lind', 'admin'], ['sam@atlas-kilns.example', 'Sam Berg', 'member']]) await api('POST', '/v1/companies/users/invite', { email, name, role });

  const site = await startSite(origin, kiln.projectId, '<main><h1>Atlas Kilns</h1><p>Small kilns for studios and schools.</p></main>');
  await api('PATCH', base, { allowedOrigins: [site.origin] });
  await api('PATCH', `${base}/widget-config`, { welcomeMessage: 'Ask about kilns, delivery and glazes.', suggestedQuestions: [warranty, 'What does the code E7 mean?', 'May I return an unused kiln?'], contactText: 'Write to help@atlas-kilns.example.' });
  const { apiKey } = await api('POST', `${base}/deploy`, {});
  for (const question of visitorsAsk) await api('POST', '/v1/chat', { question, visitorId: `visitor-${question.length % 4}` }, { 'X-Oprag-Key': apiKey });
  return { api, project, run: `${project}/tests/${runId}`, site };
}

// A visitor of the site who asks, unfolds a source and says that the answer helped.
export async function askInWidget(context, site, questions) {
  await context.addInitScript(openShadows);
  const visitor = await context.newPage();
  await visitor.goto(site.origin);
  await visitor.locator('.open').click();
  for (const question of questions) {
    const said = await visitor.locator('.rate').count();
    await visitor.getByLabel('Your question').fill(question);
    await visitor.keyboard.press('Enter');
    await visitor.locator('.rate').nth(said).waitFor();
  }
  await visitor.getByRole('button', { name: 'Helpful', exact: true }).first().click();
  await visitor.locator('.said summary').first().click();
  return visitor;
}
