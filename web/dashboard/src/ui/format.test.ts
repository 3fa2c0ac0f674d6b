import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, duration, percent, plural, ranges, relative } from './format.ts';

test('sizes, rates and durations carry their units', () => {
  assert.deepEqual([0, 999, 1000, 482_113, 104_857_600].map(bytes), ['0 B', '999 B', '1.0 kB', '482 kB', '105 MB']);
  assert.deepEqual([null, 0, 0.914, 1].map(percent), ['—', '0 %', '91 %', '100 %']);
  assert.deepEqual([31, 1500, 61_000].map(duration), ['31 ms', '1.5 s', '1 min 1 s']);
  assert.equal(plural(1, 'file'), '1 file');
  assert.equal(plural(1200, 'file'), '1,200 files');
});

test('page ranges read as people write them', () => {
  assert.equal(ranges([[3, 9], [12, 12]]), '3–9, 12');
});

test('times are told by their distance', () => {
  const now = Date.parse('2026-06-09T12:00:00Z');
  assert.equal(relative('2026-06-09T11:59:30Z', now), 'just now');
  assert.equal(relative('2026-06-09T09:00:00Z', now), '3 hours ago');
  assert.equal(relative('2026-06-08T12:00:00Z', now), 'yesterday');
});
