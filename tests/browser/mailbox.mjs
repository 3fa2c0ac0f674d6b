// A mail server that keeps its letters in memory: TLS from the first byte, no sign-in.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';

export async function startMailbox(directory) {
  const [key, cert] = ['mail.key', 'mail.pem'].map((name) => join(directory, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const letters = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    let text = '';
    let inLetter = false;
    const say = (line) => socket.write(`${line}\r\n`);
    say('220 mailbox');
    socket.setEncoding('utf8').on('error', () => {}).on('data', (data) => {
      text += data;
      for (let end; (end = text.indexOf(inLetter ? '\r\n.\r\n' : '\r\n')) >= 0; ) {
        const part = text.slice(0, end);
        text = text.slice(end + (inLetter ? 5 : 2));
        if (inLetter) letters.push(readable(part));
        const verb = inLetter ? 'SENT' : part.slice(0, 4).toUpperCase();
        inLetter = verb === 'DATA';
        say(verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 ok');
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    settings: ['--smtp-url', `smtps://127.0.0.1:${server.address().port}`, '--smtp-from', 'oprag@example.com', '--smtp-ca', cert],
    // The next letter to an address, once it is here.
    letterTo: async (address, ms = 10_000) => {
      for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const at = letters.findIndex((letter) => letter.toLowerCase().includes(`to: ${address}`) || letter.includes(`<${address}>`));
        if (at >= 0) return letters.splice(at, 1)[0];
      }
      throw new Error(`no letter to ${address}`);
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

// Quoted-printable and base64 parts as text.
function readable(letter) {
  const plain = letter.replace(/=\r\n/g, '').replace(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replace(/=/g, ''), 'hex').toString());
  return plain.replace(/\r\n\r\n((?:[A-Za-z0-9+/=]{40,76}\r\n)+)/g, (whole, body) => `\r\n\r\n${Buffer.from(body, 'base64').toString()}`);
}
