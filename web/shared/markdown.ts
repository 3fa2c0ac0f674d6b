// Markdown of answers as a tree, for renderers that build DOM nodes and never HTML text. What an answer may do is decided
// here: tags stay visible text, an image becomes its alternative text, a link must be http, https or mailto. Nothing in
// the tree can run or load anything. A subset of CommonMark: headings, lists, quotes, fences, rules, tables, emphasis.

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] }
  | { kind: 'break' }
  | { kind: 'mark'; index: number };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'code'; text: string; language: string }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

// Marks travel through the parser as one private-use character each, so no text of an answer can forge one.
const markBase = 0xf0000;
const privateUse = /[\u{F0000}-\u{FFFFD}]/gu;

// Puts mark i after each position given; positions count code points of `text`.
export function withMarks(text: string, marks: { at: number; index: number }[]): string {
  const points = Array.from(text, (point) => point.replace(privateUse, '\uFFFD'));
  for (const { at, index } of [...marks].sort((a, b) => b.at - a.at || b.index - a.index)) {
    points.splice(Math.min(at, points.length), 0, String.fromCodePoint(markBase + index));
  }
  return points.join('');
}

// The address if a link may lead there. Control characters and spaces are what URL parsers strip to find "javascript:".
export function safeHref(raw: string): string | null {
  const href = raw.trim();
  if (/[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\\]/u.test(href)) return null;
  if (!/^(https?:\/\/[^/]|mailto:[^/])/i.test(href)) return null;
  try {
    const url = new URL(href);
    return url.username || url.password ? null : url.href;
  } catch {
    return null;
  }
}

const maxDepth = 8;
const patterns = {
  fence: /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/,
  heading: /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/,
  rule: /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/,
  quote: /^ {0,3}> ?/,
  item: /^( {0,3})([-*+]|\d{1,9}[.)])\s+(?=\S)/,
  tableLine: /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$/,
};

export function parseMarkdown(text: string, depth = 0): Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    let match: RegExpExecArray | null;
    if (!line.trim()) {
      at++;
    } else if ((match = patterns.fence.exec(line))) {
      const close = match[1]!;
      const body: string[] = [];
      for (at++; at < lines.length && !lines[at]!.trim().startsWith(close); at++) body.push(lines[at]!);
      at++;
      blocks.push({ kind: 'code', text: body.join('\n'), language: match[2]! });
    } else if ((match = patterns.heading.exec(line))) {
      blocks.push({ kind: 'heading', level: match[1]!.length, children: parseInline(match[2]!) });
      at++;
    } else if (patterns.rule.test(line)) {
      blocks.push({ kind: 'rule' });
      at++;
    } else if (patterns.quote.test(line) && depth < maxDepth) {
      const body: string[] = [];
      for (; at < lines.length && patterns.quote.test(lines[at]!); at++) body.push(lines[at]!.replace(patterns.quote, ''));
      blocks.push({ kind: 'quote', children: parseMarkdown(body.join('\n'), depth + 1) });
    } else if (patterns.item.test(line) && depth < maxDepth) {
      const [list, next] = parseList(lines, at, depth);
      blocks.push(list);
      at = next;
    } else if (line.includes('|') && patterns.tableLine.test(lines[at + 1] ?? '')) {
      const head = cells(line);
      const rows: Inline[][][] = [];
      for (at += 2; at < lines.length && lines[at]!.includes('|'); at++) rows.push(cells(lines[at]!));
      blocks.push({ kind: 'table', head, rows });
    } else {
      const body = [line];
      for (at++; at < lines.length && lines[at]!.trim() && !startsBlock(lines[at]!); at++) body.push(lines[at]!);
      blocks.push({ kind: 'paragraph', children: parseInline(body.map((l) => l.trimStart()).join('\n')) });
    }
  }
  return blocks;
}

function startsBlock(line: string): boolean {
  return [patterns.fence, patterns.heading, patterns.rule, patterns.quote, patterns.item].some((p) => p.test(line));
}

function cells(line: string): Inline[][] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => parseInline(cell.trim()));
}

function parseList(lines: string[], from: number, depth: number): [Block, number] {
  const first = patterns.item.exec(lines[from]!)!;
  const ordered = /\d/.test(first[2]!);
  const items: string[][] = [];
  let indent = 0;
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const match = patterns.item.exec(line);
    const indented = line.search(/\S/) >= indent && indent > 0;
    if (match && !(indented && match[1]!.length >= indent) && /\d/.test(match[2]!) === ordered) {
      indent = match[0].length;
      items.push([line.slice(indent)]);
    } else if (indented) {
      items.at(-1)!.push(line.slice(indent));
    } else if (!line.trim() && lines[at + 1]?.trim() && (lines[at + 1]!.search(/\S/) >= indent || patterns.item.test(lines[at + 1]!))) {
      items.at(-1)!.push('');
    } else if (line.trim() && items.at(-1)!.at(-1)?.trim() && !startsBlock(line)) {
      items.at(-1)!.push(line.trim());
    } else {
      break;
    }
  }
  const start = ordered ? Number.parseInt(first[2]!, 10) : 1;
  return [{ kind: 'list', ordered, start, items: items.map((item) => parseMarkdown(item.join('\n'), depth + 1)) }, at];
}

// One alternative per construct; the first that matches at the leftmost place wins.
const inlinePattern = new RegExp(
  [
    '\\\\([!-/:-@[-`{-~])', // 1 escaped punctuation
    '(`+)([^`]|[^`][\\s\\S]*?[^`])\\2(?!`)', // 2,3 code
    '!\\[([^\\]]*)\\]\\([^)\\s]*(?:\\s+"[^"]*")?\\)', // 4 image: its words
    '\\[((?:[^\\[\\]]|\\[[^\\]]*\\])*)\\]\\(([^)\\s]*)(?:\\s+"[^"]*")?\\)', // 5,6 link
    '<((?:https?|mailto):[^\\s<>]+)>', // 7 autolink
    '(https?:\\/\\/[^\\s<>"\\u{F0000}-\\u{FFFFD}]*[^\\s<>"\'.,;:!?)\\]\\u{F0000}-\\u{FFFFD}])', // 8 bare address
    '(\\*\\*|__)(?=\\S)([\\s\\S]*?\\S)\\9', // 9,10 strong
    '(?<![\\w*])\\*(?=[^\\s*])([\\s\\S]*?[^\\s*])\\*(?!\\*)', // 11 em
    '(?<!\\w)_(?=[^\\s_])([\\s\\S]*?[^\\s_])_(?!\\w)', // 12 em
    '( {2,}\\n|\\\\\\n)', // 13 break
    '([\\u{F0000}-\\u{FFFFD}])', // 14 mark
  ].join('|'),
  'u',
);

export function parseInline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  const say = (words: string) => {
    const last = out.at(-1);
    if (last?.kind === 'text') last.text += words;
    else if (words) out.push({ kind: 'text', text: words });
  };
  const inner = (words: string): Inline[] =>
    depth < maxDepth ? parseInline(words, depth + 1) : [{ kind: 'text', text: words.replace(privateUse, '') }];
  const link = (href: string, children: Inline[], asWritten: string) => {
    const safe = safeHref(href);
    if (safe) out.push({ kind: 'link', href: safe, children });
    else say(asWritten);
  };
  let rest = text;
  for (let m: RegExpExecArray | null; (m = inlinePattern.exec(rest)); rest = rest.slice(m.index + m[0].length)) {
    say(rest.slice(0, m.index));
    if (m[1] !== undefined) say(m[1]);
    else if (m[3] !== undefined) out.push({ kind: 'code', text: m[3].replace(/^ (.*\S.*) $/s, '$1') });
    else if (m[4] !== undefined) say(m[4]);
    else if (m[6] !== undefined) link(m[6], inner(m[5]!), m[0]);
    else if (m[7] !== undefined) link(m[7], [{ kind: 'text', text: m[7] }], m[0]);
    else if (m[8] !== undefined) link(m[8], [{ kind: 'text', text: m[8] }], m[0]);
    else if (m[10] !== undefined) out.push({ kind: 'strong', children: inner(m[10]) });
    else if (m[11] !== undefined) out.push({ kind: 'em', children: inner(m[11]) });
    else if (m[12] !== undefined) out.push({ kind: 'em', children: inner(m[12]) });
    else if (m[13] !== undefined) out.push({ kind: 'break' });
    else if (m[14] !== undefined) out.push({ kind: 'mark', index: m[14].codePointAt(0)! - markBase });
  }
  say(rest);
  return out;
}
