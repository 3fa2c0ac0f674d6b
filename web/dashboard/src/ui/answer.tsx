// An answer as it may be shown: Markdown without tags, images or scripts, and the numbered marks that lead to its sources.
import { Fragment, useMemo, type ReactNode } from 'react';
import type { Citation, Source } from '../../../shared/api.ts';
import { parseMarkdown, withMarks, type Block, type Inline } from '../../../shared/markdown.ts';

export const supportWords: Record<Citation['support'], string> = {
  verbatim: 'word for word',
  supported: 'supported',
  unverified: 'not verified',
};

export const whereIs = (source: Source): string =>
  source.pageNumber ? `${source.filename} · page ${source.pageNumber}` : source.filename;

interface AnswerProps {
  text: string;
  sources?: Source[] | undefined;
  citations?: Citation[] | undefined;
  lit?: number | null;
  onLight?: (source: number | null) => void;
  onOpen?: (source: number) => void;
}

export function Answer({ text, sources = [], citations = [], lit, onLight, onOpen }: AnswerProps) {
  const blocks = useMemo(
    () => parseMarkdown(withMarks(text, citations.map((citation, index) => ({ at: citation.answerEnd, index })))),
    [text, citations],
  );
  const mark = (index: number): ReactNode => {
    const citation = citations[index];
    const source = citation && sources[citation.source];
    if (!source) return null;
    const number = citation.source + 1;
    return (
      <button
        type="button"
        className={`mark-button ${citation.support} ${lit === citation.source ? 'lit' : ''}`}
        aria-label={`Source ${number}: ${whereIs(source)}, ${supportWords[citation.support]}`}
        title={`${whereIs(source)} · ${supportWords[citation.support]}`}
        onMouseEnter={() => onLight?.(citation.source)}
        onMouseLeave={() => onLight?.(null)}
        onFocus={() => onLight?.(citation.source)}
        onBlur={() => onLight?.(null)}
        onClick={() => onOpen?.(citation.source)}
      >
        {number}
      </button>
    );
  };
  return <div className="answer" dir="auto">{blocks.map((block, i) => <BlockView key={i} block={block} mark={mark} />)}</div>;
}

type Marks = (index: number) => ReactNode;

function BlockView({ block, mark }: { block: Block; mark: Marks }) {
  const inner = (children: Inline[]) => <Inlines of={children} mark={mark} />;
  switch (block.kind) {
    case 'paragraph':
      return <p>{inner(block.children)}</p>;
    case 'heading':
      return <p className="answer-heading">{inner(block.children)}</p>;
    case 'code':
      return <pre tabIndex={0} aria-label="Code"><code>{block.text}</code></pre>;
    case 'quote':
      return <blockquote>{block.children.map((child, i) => <BlockView key={i} block={child} mark={mark} />)}</blockquote>;
    case 'rule':
      return <hr />;
    case 'list': {
      const items = block.items.map((item, i) => (
        <li key={i}>{item.map((child, j) => <BlockView key={j} block={child} mark={mark} />)}</li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table">
          <table>
            <thead><tr>{block.head.map((cell, i) => <th key={i}>{inner(cell)}</th>)}</tr></thead>
            <tbody>
              {block.rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{inner(cell)}</td>)}</tr>)}
            </tbody>
          </table>
        </div>
      );
  }
}

function Inlines({ of, mark }: { of: Inline[]; mark: Marks }) {
  return of.map((part, i): ReactNode => {
    switch (part.kind) {
      case 'text':
        return <Fragment key={i}>{part.text}</Fragment>;
      case 'code':
        return <code key={i}>{part.text}</code>;
      case 'strong':
        return <strong key={i}><Inlines of={part.children} mark={mark} /></strong>;
      case 'em':
        return <em key={i}><Inlines of={part.children} mark={mark} /></em>;
      case 'break':
        return <br key={i} />;
      case 'mark':
        return <Fragment key={i}>{mark(part.index)}</Fragment>;
      case 'link':
        return (
          <a key={i} href={part.href} target="_blank" rel="noopener noreferrer nofollow" title={part.href}>
            <Inlines of={part.children} mark={mark} />
          </a>
        );
    }
  });
}
