import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference } from './difference.ts';
import { localPath } from './local_path.ts';
import { niceTop } from './nice_top.ts';
import { sliceAt } from './slices.ts';
import { sourceLine } from './source_line.ts';

test('an excerpt is cut out by code points', () => {
  const page = { pageNumber: 2, start: 10, end: 16, text: '😀ab\u{1F44D}cd', headings: [], hasText: true };
  assert.deepEqual(sliceAt(page, 11, 14), ['😀', 'ab👍', 'cd']);
  assert.deepEqual(sliceAt(page, 0, 11), ['', '😀', 'ab👍cd']);
  assert.deepEqual(sliceAt(page, 40, 50), ['😀ab👍cd', '', '']);
});

test('a difference shows words kept, removed and added, and loses none', () => {
  const pieces = difference('within 14 days of purchase.', 'within 30 days of the purchase.');
  assert.deepEqual(pieces, [['same', 'within '], ['removed', '14 '], ['added', '30 '], ['same', 'days of '], ['added', 'the '], ['same', 'purchase.']]);
  assert.deepEqual(difference('', 'a'), [['added', 'a']]);
});

test('a sign-in leads back into the dashboard and nowhere else', () => {
  assert.equal(localPath('/projects/proj_1/ask?question=x'), '/projects/proj_1/ask?question=x');
  for (const next of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) assert.equal(localPath(next), '/');
});

test('an expected source is a file name and perhaps a page', () => {
  assert.deepEqual(sourceLine('billing faq 2026.pdf page 12'), { filename: 'billing faq 2026.pdf', pageNumber: 12 });
  assert.deepEqual(sourceLine('billing-faq.pdf 2'), { filename: 'billing-faq.pdf', pageNumber: 2 });
  assert.deepEqual(sourceLine('handbook.docx'), { filename: 'handbook.docx' });
});

test('the top of an axis is even and not below the largest value', () => {
  assert.deepEqual([1, 2, 3, 7, 15, 99, 101, 350].map(niceTop), [2, 2, 4, 10, 20, 100, 200, 400]);
});
