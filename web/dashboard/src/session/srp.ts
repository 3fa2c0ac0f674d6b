// The client's half of Cognito's USER_SRP_AUTH: the password proves itself and never travels.
// Group: RFC 5054's 3072-bit prime, g = 2, SHA-256. `pad` writes a number as signed big-endian bytes, as Java does.

const N = BigInt(
  '0x' +
    'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD' +
    'EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED' +
    'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F' +
    '83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B' +
    'E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510' +
    '15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7' +
    'ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C' +
    'BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
);
const g = 2n;

type Bytes = Uint8Array<ArrayBuffer>;

const encode = (text: string): Bytes => new TextEncoder().encode(text);
export const fromHex = (hex: string): bigint => BigInt('0x' + hex);
export const toHex = (value: bigint): string => value.toString(16);

function pad(value: bigint): Bytes {
  let hex = toHex(value);
  if (hex.length % 2) hex = '0' + hex;
  if (parseInt(hex[0]!, 16) > 7) hex = '00' + hex;
  return Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
}

function concat(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const sha256 = async (...parts: Bytes[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));

const asNumber = (bytes: Bytes): bigint => fromHex(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));

async function hmac(key: Bytes, ...parts: Bytes[]): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, concat(...parts)));
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export interface KeyPair {
  a: bigint;
  A: bigint;
}

export function keyPair(a: bigint = asNumber(crypto.getRandomValues(new Uint8Array(128)))): KeyPair {
  return { a, A: power(g, a, N) };
}

export interface Challenge {
  SALT: string;
  SRP_B: string;
  SECRET_BLOCK: string;
  USER_ID_FOR_SRP: string;
}

// "Tue Nov 3 09:05:07 UTC 2026": the day without a leading zero, English whatever the browser speaks.
export function timestamp(now: Date): string {
  const [weekday, day, month, year, time] = now.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

// PASSWORD_CLAIM_SIGNATURE for a challenge. Throws when the server's value would give the password away.
export async function passwordClaim(
  pool: string,
  password: string,
  challenge: Challenge,
  { a, A }: KeyPair,
  time: string,
): Promise<string> {
  const B = fromHex(challenge.SRP_B);
  if (B % N === 0n) throw new Error('The server sent an unusable value');
  const identity = pool + challenge.USER_ID_FOR_SRP;
  const k = asNumber(await sha256(pad(N), pad(g)));
  const u = asNumber(await sha256(pad(A), pad(B)));
  if (u === 0n) throw new Error('The server sent an unusable value');
  const x = asNumber(await sha256(pad(fromHex(challenge.SALT)), await sha256(encode(`${identity}:${password}`))));
  const base = (((B - k * power(g, x, N)) % N) + N) % N;
  const S = power(base, a + u * x, N);
  const key = (await hmac(await hmac(pad(u), pad(S)), encode('Caldera Derived Key\u0001'))).slice(0, 16);
  const block = Uint8Array.from(atob(challenge.SECRET_BLOCK), (c) => c.charCodeAt(0));
  const claim = await hmac(key, encode(identity), block, encode(time));
  return btoa(String.fromCharCode(...claim));
}
