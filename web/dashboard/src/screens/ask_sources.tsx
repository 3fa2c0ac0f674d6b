// What an answer stands on, and what retrieval found when it stands on nothing.
import { useState } from 'react';
import type { ChatAnswer, Explanation, RefusalReason, SearchResult } from '../../../shared/api.ts';
import { Button, Status, Table } from '../ui/basic.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SourceView } from '../ui/source_view.tsx';
import { supportWords, whereIs } from '../ui/answer.tsx';

interface ExcerptsProps {
  answer: ChatAnswer;
  lit: number | null;
  opened: number | null;
  onOpen: (source: number) => void;
}

export function Excerpts({ answer, lit, opened, onOpen }: ExcerptsProps) {
  const support = (index: number) => answer.citations?.find((citation) => citation.source === index)?.support;
  return (
    <ol className="excerpts" aria-label="Sources">
      {answer.sources!.map((source, i) => {
        const level = support(i);
        return (
          <li key={i} className={`${lit === i ? 'lit' : ''} ${opened === i ? 'opened' : ''}`}>
            <button type="button" onClick={() => onOpen(i)} aria-pressed={opened === i}>
              <span className="excerpt-head">
                <span className="excerpt-number">{i + 1}</span>
                <span className="clip">{whereIs(source)}</span>
                {level && <Status tone={level === 'unverified' ? 'warn' : 'good'}>{supportWords[level]}</Status>}
              </span>
              <span className="excerpt-text" dir="auto">{source.excerpt}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

const reasons: Record<RefusalReason, string> = {
  no_documents: 'No document of this project is indexed yet.',
  no_match: 'No passage of the documents has to do with the question.',
  low_confidence: 'The nearest passages are below the score that an answer needs.',
  unverified: 'A draft answer could not be verified against the passages, so it was dropped.',
};

const score = (value: number | null | undefined) => (value === null || value === undefined ? '—' : value.toFixed(2));

// Closed, it is the retrieval view of an answer that was given.
export function WhyNot({ answer, projectId, closed = false }: { answer: ChatAnswer; projectId: string; closed?: boolean }) {
  const [open, setOpen] = useState(false);
  const { explain } = answer;
  if (!explain) return closed || !answer.reason ? null : <p className="muted">{reasons[answer.reason]}</p>;
  if (closed) {
    return (
      <>
        <Button small kind="quiet" onClick={() => setOpen(true)}>Retrieval</Button>
        {open && <Dialog title="What retrieval found" wide onClose={() => setOpen(false)}><Nearest explain={explain} projectId={projectId} /></Dialog>}
      </>
    );
  }
  return (
    <section className="card why-not" aria-label="Why there is no answer">
      <h3>Why there is no answer</h3>
      {answer.reason && <p>{reasons[answer.reason]}</p>}
      <Nearest explain={explain} projectId={projectId} />
    </section>
  );
}

function Nearest({ explain, projectId }: { explain: Explanation; projectId: string }) {
  const [shown, setShown] = useState<SearchResult | null>(null);
  return (
    <div className="stack">
      <p className="muted small">
        Best score {score(explain.bestScore)}, needed {score(explain.threshold)}. Understood as “{explain.resolvedQuestion}”.
      </p>
      {explain.nearest.length > 0 && (
        <Table label="Nearest passages" className="nearest">
            <thead><tr><th>Nearest passage</th><th className="number">Retrieval</th><th className="number">Words</th><th className="number">Meaning</th></tr></thead>
            <tbody>
              {explain.nearest.map((one, i) => (
                <tr key={i}>
                  <td>
                    <button type="button" className="link" onClick={() => setShown(one)}>{whereIs(one)}</button>
                    <div className="small muted clamp">{one.excerpt}</div>
                  </td>
                  <td className="number">{score(one.score)}</td>
                  <td className="number">{score(one.scores.keyword)}</td>
                  <td className="number">{score(one.scores.semantic)}</td>
                </tr>
              ))}
            </tbody>
          </Table>
      )}
      {shown && (
        <Dialog title={whereIs(shown)} side wide onClose={() => setShown(null)}>
          <SourceView projectId={projectId} place={shown} excerpt={shown.excerpt} />
        </Dialog>
      )}
    </div>
  );
}
