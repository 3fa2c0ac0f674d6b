import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fromHex, keyPair, passwordClaim, timestamp, toHex } from './srp.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const twice = (hex: string) => fromHex(hex + hex);
const a = twice('60975527035cf2ad1989806f0407210bc81edc04e2762a56afd529ddda2d4393');

test('the public value is g^a mod N', () => {
  assert.equal(sha256(toHex(keyPair(a).A)), '2a080ccd9c29552b7792fd10e522c493b1e5e13e5c742ecdb4a167be9277bbc9');
});

// The known answer of Amazon's own client, with a server value computed here from the same b, v and k.
test('the password claim equals that of the reference client', async () => {
  const challenge = {
    SALT: 'beb25379d1a8581eb5a727673a2441ee',
    SECRET_BLOCK: 'c2VjcmV0LWJsb2Nr',
    USER_ID_FOR_SRP: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
    SRP_B: serverValue(),
  };
  assert.equal(sha256(challenge.SRP_B), '3ee719567334b75ce59990a93293e08ecc21c8f8ee2aba849ab98cefe1bef6c9');
  const claim = await passwordClaim('AbCdEfGhI', 'Corr3ct-Horse!', challenge, keyPair(a), 'Tue Nov 3 09:05:07 UTC 2026');
  assert.equal(claim, 'aaQUndhUTQA+cO026pjSnxJGhBZG+zvoaIn23Ml3UTQ=');
});

test('a server value of zero is refused', async () => {
  const challenge = { SALT: '01', SECRET_BLOCK: '', USER_ID_FOR_SRP: 'u', SRP_B: '0' };
  await assert.rejects(passwordClaim('pool', 'secret', challenge, keyPair(a), ''), /unusable/);
});

test('a timestamp is English and its day has no leading zero', () => {
  assert.equal(timestamp(new Date('2026-11-03T09:05:07Z')), 'Tue Nov 3 09:05:07 UTC 2026');
  assert.equal(timestamp(new Date('2026-11-24T23:59:59Z')), 'Tue Nov 24 23:59:59 UTC 2026');
});

// B = k·v + g^b with v = g^x; g^y mod N is keyPair(y).A.
function serverValue(): string {
  const k = fromHex('538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6');
  const v = keyPair(fromHex('210412ae0ed048eec30d3a3b88bf557dc10f5891afa1ceaea5e615b6f1046658')).A;
  const b = twice('e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20');
  return toHex((k * v + keyPair(b).A) % modulus());
}

// 2^3072 ≡ 2^3072 - N (mod N), so N = 2^3072 - (g^3072 mod N).
function modulus(): bigint {
  return (1n << 3072n) - keyPair(3072n).A;
}
