import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInline, parseMarkdown, safeHref, withMarks, type Block, type Inline } from './markdown.ts';

const words = (of: Inline[]): string => of.map((part) => ('text' in part ? part.text : 'children' in part ? words(part.children) : part.kind === 'mark' ? `[${part.index}]` : '\n')).join('');

test('blocks are told apart', () => {
  const kinds = parseMarkdown('# A\n\ntext\nmore\n\n- one\n- two\n\n1. first\n\n> quoted\n\n```js\ncode\n```\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |').map((block) => block.kind);
  assert.deepEqual(kinds, ['heading', 'paragraph', 'list', 'list', 'quote', 'code', 'rule', 'table']);
});

test('lists nest and keep their numbers', () => {
  const [list] = parseMarkdown('3. three\n   - inner\n4. four') as [Extract<Block, { kind: 'list' }>];
  assert.equal(list.start, 3);
  assert.equal(list.items.length, 2);
  assert.deepEqual(list.items[0]!.map((block) => block.kind), ['paragraph', 'list']);
});

test('emphasis, code and links are told apart from the signs in words', () => {
  assert.deepEqual(parseInline('**b** *e* `c`').map((part) => part.kind), ['strong', 'text', 'em', 'text', 'code']);
  assert.deepEqual(parseInline('snake_case_name and 2*3*4'), [{ kind: 'text', text: 'snake_case_name and 2*3*4' }]);
  assert.deepEqual(parseInline('[docs](https://a.example/x)'), [{ kind: 'link', href: 'https://a.example/x', children: [{ kind: 'text', text: 'docs' }] }]);
});

test('a bare address ends before its sentence does', () => {
  assert.deepEqual(parseInline('See https://a.example/x.'), [
    { kind: 'text', text: 'See ' },
    { kind: 'link', href: 'https://a.example/x', children: [{ kind: 'text', text: 'https://a.example/x' }] },
    { kind: 'text', text: '.' },
  ]);
});

test('tags stay text and images become their words', () => {
  assert.equal(words(parseInline('<img src=x onerror=alert(1)> ![chart](https://evil.example/?q=1)')), '<img src=x onerror=alert(1)> chart');
});

test('links lead to http, https and mail, and nowhere else', () => {
  for (const href of ['https://a.example/', 'http://a.example:8080/x?y#z', 'mailto:a@b.example']) assert.ok(safeHref(href), href);
  for (const href of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//evil.example', '/relative', 'https:evil', 'https:///evil', 'https://user:password@evil.example/', 'https://a.example\\@evil.example', 'https://a.example/\u202e', 'blob:https://a/1']) {
    assert.equal(safeHref(href), null, JSON.stringify(href));
  }
});

test('marks count code points and cannot be forged by the answer', () => {
  assert.equal(words(parseInline(withMarks('😀a. b.', [{ at: 3, index: 0 }, { at: 6, index: 1 }]))), '😀a.[0] b.[1]');
  assert.equal(words(parseInline(withMarks('\u{F0000}x', []))), '\uFFFDx');
});

test('a mark at the end of strong text stays after it', () => {
  const parts = parseInline(withMarks('**Sure.** More.', [{ at: 9, index: 0 }]));
  assert.deepEqual(parts.map((part) => part.kind), ['strong', 'mark', 'text']);
});

test('an address does not swallow the mark after it', () => {
  assert.deepEqual(parseInline(withMarks('https://a.example/x', [{ at: 19, index: 0 }])).map((part) => part.kind), ['link', 'mark']);
});

test('hostile input is parsed in little time', () => {
  const inputs = ['['.repeat(20_000), '*a '.repeat(8_000), '`'.repeat(20_000), '> '.repeat(4_000), '![['.repeat(5_000), '- '.repeat(4_000), '_'.repeat(20_000), '<'.repeat(20_000), `${'[a]('.repeat(4_000)}`];
  for (const input of inputs) {
    const started = performance.now();
    parseMarkdown(input);
    const took = performance.now() - started;
    assert.ok(took < 1500, `${JSON.stringify(input.slice(0, 6))} took ${Math.round(took)} ms`);
  }
});
