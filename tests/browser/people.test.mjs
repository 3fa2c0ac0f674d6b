// Ways in and back in, and what each role may, on the built program with a mail server.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, fillSignUp, foundCompany, password, signIn, startDesk } from './desk.mjs';
import { startMailbox } from './mailbox.mjs';

const newPassword = 'An0ther-Horse';
let folder;
let mailbox;
let desk;
let origin;
let mira; // the owner's page
let projectId;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oprag-mail-'));
  mailbox = await startMailbox(folder);
  desk = await startDesk(mailbox.settings);
  origin = desk.product.origin;
  mira = await newPage();
});
after(async () => {
  await desk?.stop();
  await mailbox?.stop();
  rmSync(folder, { recursive: true });
});

const newPage = async () => desk.watched(await (await desk.person()).newPage());
const codeIn = (letter) => /\b\d{6}\b/.exec(letter.slice(letter.indexOf('\r\n\r\n')))[0];
const linkIn = (letter) => /https?:\/\/\S+\/invite#\S+/.exec(letter)[0].replace(/[>).]+$/, '');
// Refusals by the identity provider are answers, which the browser writes down as failed loads.
const refusedOnPurpose = async (act) => {
  const before = desk.troubles.length;
  await act();
  desk.troubles.splice(before, desk.troubles.length, ...desk.troubles.slice(before).filter((words) => !/status of 40[013]/.test(words)));
};

test('an account is usable with the code from the letter, and not with another', async () => {
  await fillSignUp(mira, origin, 'Mira Olsen', 'mira@acme.example');
  await mira.waitForURL(/\/confirm/);
  const code = codeIn(await mailbox.letterTo('mira@acme.example'));
  await refusedOnPurpose(async () => {
    await mira.getByLabel('Code').fill(code === '123456' ? '654321' : '123456');
    await mira.getByRole('button', { name: 'Confirm' }).click();
    await mira.getByRole('alert').getByText(/code/i).waitFor();
  });
  await mira.getByLabel('Code').fill(code);
  await mira.getByRole('button', { name: 'Confirm' }).click();
  await mira.getByLabel('Password').fill(password);
  await mira.getByRole('button', { name: 'Sign in' }).click();
  await foundCompany(mira, 'Acme Kilns');
  const project = await apiOf(mira, origin)('POST', '/v1/projects', { name: 'Kiln help' });
  projectId = project.projectId;
});

test('who forgot the password gets a code, chooses another and is in; the old one is refused', async () => {
  const page = await newPage();
  await page.goto(`${origin}/sign-in`);
  await page.getByRole('button', { name: 'Forgotten the password?' }).click();
  await page.getByLabel('E-mail').fill('mira@acme.example');
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.waitForURL(/\/reset/);
  await page.getByLabel('Code').fill(codeIn(await mailbox.letterTo('mira@acme.example')));
  await page.getByLabel('New password').fill(newPassword);
  await refusedOnPurpose(async () => {
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The e-mail address or the password is wrong.').waitFor();
  });
  await page.getByLabel('Password').fill(newPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.context().close();
  await refusedOnPurpose(async () => {
    await mira.reload(); // a new password ends every session
    await mira.waitForURL(/\/sign-in/);
    await signIn(mira, origin, 'mira@acme.example', newPassword);
    await mira.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  });
});

test('an address without an account is told the same', async () => {
  const page = await newPage();
  await page.goto(`${origin}/forgot`);
  await page.getByLabel('E-mail').fill('nobody@acme.example');
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.waitForURL(/\/reset/);
  await page.context().close();
});

async function invite(email, role) {
  await mira.goto(`${origin}/team`);
  await mira.getByRole('button', { name: 'Invite', exact: true }).first().click();
  const dialog = mira.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Role').selectOption(role);
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  await mira.getByRole('row', { name: new RegExp(email) }).waitFor();
  return linkIn(await mailbox.letterTo(email));
}

const people = {};

test('a new colleague joins by the link in the letter', async () => {
  people.member = await newPage();
  await people.member.goto(await invite('sam@acme.example', 'member'));
  await people.member.getByLabel('Password').fill(password);
  await people.member.getByRole('button', { name: 'Join' }).click();
  await people.member.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
});

test('somebody who has an account already joins with it', async () => {
  const page = (people.admin = await newPage());
  await fillSignUp(page, origin, 'Jon Lind', 'jon@acme.example');
  await page.getByLabel('Code').fill(codeIn(await mailbox.letterTo('jon@acme.example')));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto(await invite('jon@acme.example', 'admin'));
  await page.getByRole('button', { name: 'I have an account with this address' }).click();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  const me = await apiOf(page, origin)('GET', '/v1/companies/me');
  assert.deepEqual([me.name, me.role], ['Acme Kilns', 'admin']);
});

test('member, admin and owner each see what they may, and why not more', async () => {
  people.owner = mira;
  const controls = [
    // screen, button, the roles that may, what the others read
    ['/projects/PROJECT/deploy', 'Deploy', ['admin', 'owner'], 'Only admins and owners can deploy'],
    ['/projects/PROJECT/tests', 'Add test', ['admin', 'owner'], 'Only admins and owners can'],
    ['/projects/PROJECT/settings', 'Archive project', ['admin', 'owner'], 'Only admins and owners can archive'],
    ['/team', 'Invite', ['admin', 'owner'], 'Only admins and owners can invite'],
    ['/keys', 'Create key', ['admin', 'owner'], 'Only admins and owners can create'],
    ['/projects/PROJECT/documents', 'Upload', ['member', 'admin', 'owner'], null],
  ];
  for (const [role, page] of Object.entries(people)) {
    for (const [path, name, may, words] of controls) {
      await page.goto(origin + path.replace('PROJECT', projectId));
      const button = page.getByRole('button', { name, exact: true }).first();
      await button.waitFor();
      if (may.includes(role)) {
        // Without a document there is nothing to deploy, whoever asks.
        if (name === 'Deploy') await page.getByText('Nothing is uploaded').first().waitFor();
        else await page.locator('button:enabled', { hasText: name }).first().waitFor();
        assert.equal(await page.getByText(words ?? 'Only admins').count(), 0, `${role} on ${path}`);
      } else {
        await page.getByText(words).first().waitFor();
        assert.ok(await button.isDisabled(), `${name} for ${role} on ${path}`);
      }
    }
  }
});

test('an owner’s place is the owners’ alone', async () => {
  const rowOf = async (page, email) => {
    await page.goto(`${origin}/team`);
    const row = page.getByRole('row', { name: new RegExp(email) });
    await row.waitFor();
    return row;
  };
  assert.equal(await (await rowOf(people.member, 'jon@acme')).getByRole('button', { name: 'Remove' }).count(), 0, 'a member removes nobody');
  assert.equal(await (await rowOf(people.admin, 'mira@acme')).getByRole('button', { name: 'Remove' }).count(), 0, 'an admin removes no owner');
  assert.equal(await (await rowOf(people.admin, 'sam@acme')).getByRole('option', { name: 'Owner' }).count(), 0, 'nor makes one');
  const sam = await rowOf(mira, 'sam@acme');
  const changed = mira.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
  await sam.getByLabel(/^Role of/).selectOption('owner');
  await changed;
  await people.member.goto(`${origin}/team`);
  await people.member.getByRole('row', { name: /sam@acme.*Owner/ }).waitFor();
});

test('nothing came from elsewhere, and the console stayed quiet', () => {
  assert.deepEqual(desk.foreign, []);
  assert.deepEqual(desk.troubles, []);
});
