// Building nodes without a library: names, attributes, children. Text is always text.
import type { Block, Inline } from '../../shared/markdown.ts';

type Child = Node | string | null | false | undefined;
type Attributes = Record<string, string | boolean | ((event: never) => void) | undefined | null>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value as EventListener);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(path: string): SVGSVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(ns, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

type Mark = (index: number) => Node | null;

export const blocks = (of: Block[], mark: Mark): Node[] => of.map((block) => blockNode(block, mark));

function blockNode(block: Block, mark: Mark): Node {
  switch (block.kind) {
    case 'paragraph':
      return el('p', {}, ...inlines(block.children, mark));
    case 'heading':
      return el('p', {}, el('strong', {}, ...inlines(block.children, mark)));
    case 'code':
      return el('pre', { tabindex: '0' }, el('code', {}, block.text));
    case 'quote':
      return el('blockquote', {}, ...blocks(block.children, mark));
    case 'rule':
      return el('hr');
    case 'list': {
      const items = block.items.map((item) => el('li', {}, ...blocks(item, mark)));
      return block.ordered ? el('ol', { start: String(block.start) }, ...items) : el('ul', {}, ...items);
    }
    case 'table': {
      const row = (cells: Inline[][], tag: 'th' | 'td') => el('tr', {}, ...cells.map((cell) => el(tag, {}, ...inlines(cell, mark))));
      return el('div', { class: 'scroll', tabindex: '0' }, el('table', {}, row(block.head, 'th'), ...block.rows.map((cells) => row(cells, 'td'))));
    }
  }
}

function inlines(of: Inline[], mark: Mark): (Node | null | string)[] {
  return of.map((part) => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'code':
        return el('code', {}, part.text);
      case 'strong':
      case 'em':
        return el(part.kind, {}, ...inlines(part.children, mark));
      case 'break':
        return el('br');
      case 'mark':
        return mark(part.index);
      case 'link':
        return el('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...inlines(part.children, mark));
    }
  });
}
