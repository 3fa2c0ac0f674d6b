// @aws-sdk/client-s3 against an object store: node s3.mjs URL ACCESS SECRET BUCKET REGION. Prints what failed and a count.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const [endpoint, accessKeyId, secretAccessKey, Bucket, region] = process.argv.slice(2);
const ours = Bucket === 'oprag-documents';
const root = `client-test/${randomUUID()}/`;
const client = (secret = secretAccessKey) =>
  new sdk.S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: secret } });
const s3 = client();
let checks = 0, failures = 0;

const check = (name, right) => {
  checks++;
  if (!right) { failures++; console.log(`client-s3: FAILED ${name}`); }
};
const refused = async (name, code, promise) => {
  const error = await promise.then(() => undefined, (e) => e);
  check(`${name}: ${error?.name}`, error?.name === code);
};
const put = (Key, Body, more = {}) => s3.send(new sdk.PutObjectCommand({ Bucket, Key: root + Key, Body, ...more }));
const get = (Key, more = {}) => s3.send(new sdk.GetObjectCommand({ Bucket, Key: root + Key, ...more }));
const text = async (...args) => (await get(...args)).Body.transformToString();

const groups = {
  async basics() {
    for (const key of ['a', 'a/b', 'sp ace+plus%25', 'ümläut/日本.pdf', "quote's(1)!*"]) {
      await put(key, key, { ContentType: 'text/x', Metadata: { who: 'me' } });
      const got = await get(key);
      check(`bytes of ${key}`, (await got.Body.transformToString()) === key && got.Metadata.who === 'me');
    }
    await refused('absent', 'NoSuchKey', get('absent'));
    await refused('absent head', 'NotFound', s3.send(new sdk.HeadObjectCommand({ Bucket, Key: root + 'absent' })));
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: root + 'a' }));
    await refused('deleted', 'NoSuchKey', get('a'));
  },
  async checksums() {
    for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256']) {
      await put('c', 'hello', { ChecksumAlgorithm });
      const got = await get('c', { ChecksumMode: 'ENABLED' });
      check(ChecksumAlgorithm, got['Checksum' + ChecksumAlgorithm] && (await got.Body.transformToString()) === 'hello');
    }
    await put('stream', Readable.from([Buffer.alloc(100_000, 'x'), Buffer.alloc(200_000, 'y')]), { ContentLength: 300_000 });
    check('streamed with a trailer', (await text('stream')).length === 300_000);
    await refused('wrong checksum', 'BadDigest', put('c', 'hello', { ChecksumCRC32: 'AAAAAA==' }));
  },
  async ranges() {
    const { ETag } = await put('r', '0123456789');
    check('range', (await text('r', { Range: 'bytes=2-4' })) === '234');
    await refused('beyond', 'InvalidRange', get('r', { Range: 'bytes=10-' }));
    check('if-match', (await text('r', { IfMatch: ETag })) === '0123456789');
    await refused('if-match other', 'PreconditionFailed', get('r', { IfMatch: '"x"' }));
    await refused('create only', 'PreconditionFailed', put('r', '', { IfNoneMatch: '*' }));
  },
  async lists() {
    const keys = Array.from({ length: 25 }, (_, i) => `${root}l/${i % 2 ? 'odd' : 'even'}/${String(i).padStart(3, '0')}`).sort();
    for (const Key of keys) await s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const seen = [];
    for await (const page of sdk.paginateListObjectsV2({ client: s3, pageSize: 4 }, { Bucket, Prefix: root + 'l/' }))
      seen.push(...page.Contents.map((o) => o.Key));
    check('pages', seen.join() === keys.join());
    const one = await s3.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: root + 'l/', Delimiter: '/' }));
    check('delimiter', one.CommonPrefixes.map((p) => p.Prefix).join() === [root + 'l/even/', root + 'l/odd/'].join());
    const gone = await s3.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    check('delete many', gone.Deleted.length === 25);
  },
  async multipart() {
    const Key = root + 'big', part = Buffer.alloc(5 << 20, 'p');
    for (const ChecksumAlgorithm of [undefined, 'CRC32', 'SHA256']) {
      const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm }));
      const Parts = [];
      for (const [i, Body] of [part, Buffer.from('end')].entries()) {
        const done = await s3.send(new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: i + 1, Body, ChecksumAlgorithm }));
        Parts.push({ PartNumber: i + 1, ETag: done.ETag, ...(ChecksumAlgorithm && { ['Checksum' + ChecksumAlgorithm]: done['Checksum' + ChecksumAlgorithm] }) });
      }
      const whole = await s3.send(new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
      const got = await (await get('big', { ChecksumMode: 'ENABLED' })).Body.transformToByteArray();
      check(`multipart ${ChecksumAlgorithm}`, whole.ETag.endsWith('-2"') && got.length === part.length + 3);
    }
    const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }));
    await s3.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await refused('aborted', 'NoSuchUpload', s3.send(new sdk.ListPartsCommand({ Bucket, Key, UploadId })));
  },
  async rest() {
    await put('from', 'copied');
    await s3.send(new sdk.CopyObjectCommand({ Bucket, Key: root + 'to', CopySource: encodeURI(`${Bucket}/${root}from`) }));
    check('copy', (await text('to')) === 'copied');
    check('head bucket', (await s3.send(new sdk.HeadBucketCommand({ Bucket }))).$metadata.httpStatusCode === 200);
    if (ours) check('location', (await s3.send(new sdk.GetBucketLocationCommand({ Bucket }))).LocationConstraint === region);
    await refused('wrong secret', 'SignatureDoesNotMatch', client('wrong').send(new sdk.ListObjectsV2Command({ Bucket })));
    const link = await getSignedUrl(s3, new sdk.GetObjectCommand({ Bucket, Key: root + 'to' }), { expiresIn: 60 });
    check('presigned get', (await (await fetch(link)).text()) === 'copied');
    check('tampered', (await fetch(link.replace('/to?', '/from?'))).status === 403);
  },
};
for (const [name, group] of Object.entries(groups)) {
  try {
    await group();
  } catch (error) {
    failures++;
    console.log(`client-s3: FAILED ${name}`, error);
  }
}
for await (const page of sdk.paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: root }))
  if (page.Contents) await s3.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: page.Contents.map(({ Key }) => ({ Key })) } }));
console.log(`@aws-sdk/client-s3 3.1173.0: ${checks - failures} of ${checks} checks passed, ${failures} failed`);
process.exit(failures > 0 ? 1 : 0);
