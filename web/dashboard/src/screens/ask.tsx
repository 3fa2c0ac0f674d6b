// Asking: the conversation at the left, the document at the right. Every mark in an answer leads to the page it stands on.
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { ChatAnswer, ExpectationRequest } from '../../../shared/api.ts';
import { api, isApiError, type ApiError } from '../api/client.ts';
import { useAction, useGet, useMay } from '../api/queries.ts';
import { Answer, whereIs } from '../ui/answer.tsx';
import { Button, ButtonLink, Problem, Status } from '../ui/basic.tsx';
import { SourceView } from '../ui/source_view.tsx';
import '../styles/ask.css';
import { Excerpts, WhyNot } from './ask_sources.tsx';

interface Turn {
  id: number;
  question: string;
  answer: ChatAnswer | null;
  error: ApiError | null;
  tookMs: number;
}
interface Opened {
  turn: number;
  source: number;
}

// Where the source has room of its own, the first one opens by itself.
const beside = matchMedia('(min-width: 1001px)');

export function Ask({ params }: { params: Record<string, string> }) {
  const projectId = params.projectId!;
  const [search] = useSearchParams();
  const project = useGet(`/v1/projects/${projectId}`);
  const [turns, setTurns] = useState<Turn[]>([]);
  const [text, setText] = useState(search.get('question') ?? '');
  const [open, setOpen] = useState<Opened | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const last = turns.at(-1);
  const pending = !!last && !last.answer && !last.error;
  useEffect(() => {
    document.title = 'Ask · oprag';
  }, []);

  const ask = async (question: string) => {
    if (!question.trim() || pending) return;
    const id = turns.length;
    const started = performance.now();
    setText('');
    setTurns((old) => [...old, { id, question: question.trim(), answer: null, error: null, tookMs: 0 }]);
    const finish = (changes: Partial<Turn>) =>
      setTurns((old) => old.map((turn) => (turn.id === id ? { ...turn, ...changes, tookMs: performance.now() - started } : turn)));
    const before = turns.findLast((turn) => turn.answer)?.answer;
    try {
      const answer = await api.post(`/v1/projects/${projectId}/chat`, {
        question: question.trim(),
        ...(before ? { sessionId: before.sessionId } : {}),
        ...(before?.conversationId ? { conversationId: before.conversationId } : {}),
      });
      finish({ answer });
      if (beside.matches) setOpen(answer.sources?.length ? { turn: id, source: answer.citations?.[0]?.source ?? 0 } : null);
    } catch (error) {
      finish({ error: error as ApiError });
    }
    field.current?.focus();
  };

  const shown = open ? turns[open.turn]?.answer?.sources?.[open.source] : undefined;
  return (
    <div className={`ask ${shown ? 'with-source' : ''}`}>
      <section className="ask-talk" aria-label="Conversation">
        <h1 className="sr">Ask</h1>
        <div className="ask-turns" role="log" aria-live="polite" tabIndex={0} aria-label="Questions and answers">
          {turns.length === 0 && <Suggestions projectId={projectId} onAsk={ask} />}
          {turns.map((turn) => (
            <TurnView key={turn.id} turn={turn} projectId={projectId} opened={open?.turn === turn.id ? open.source : null} onOpen={(source) => setOpen({ turn: turn.id, source })} onRetry={() => void ask(turn.question)} />
          ))}
        </div>
        <form
          className="ask-form"
          onSubmit={(event) => {
            event.preventDefault();
            void ask(text);
          }}
        >
          <textarea
            ref={field}
            aria-label="Question"
            placeholder={turns.length ? 'Ask a follow-up' : 'Ask the documents'}
            rows={2}
            autoFocus
            maxLength={project.data?.questionMaxLength ?? 1000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
                event.preventDefault();
                void ask(text);
              }
            }}
          />
          <div className="row end">
            {turns.length > 0 && <Button kind="quiet" onClick={() => { setTurns([]); setOpen(null); }}>New conversation</Button>}
            <Button kind="primary" type="submit" busy={pending} disabled={!text.trim()}>Ask</Button>
          </div>
        </form>
      </section>
      {shown && (
        <SourceView projectId={projectId} place={shown} excerpt={shown.excerpt} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function Suggestions({ projectId, onAsk }: { projectId: string; onAsk: (question: string) => void }) {
  const prompts = useGet(`/v1/projects/${projectId}/test-prompts`);
  const suggested = prompts.data?.suggested.slice(0, 3) ?? [];
  if (prompts.isPending) return null;
  return (
    <div className="ask-start">
      <h2>Ask the documents</h2>
      <p className="muted">Answers come from the documents alone. Each number leads to the page it stands on.</p>
      <ul className="plain-list suggestions">
        {suggested.map(({ prompt }) => (
          <li key={prompt}><Button onClick={() => onAsk(prompt)}>{prompt}</Button></li>
        ))}
      </ul>
      {prompts.data && !suggested.length && <ButtonLink to={`/projects/${projectId}/documents`}>Upload documents</ButtonLink>}
    </div>
  );
}

interface TurnProps {
  turn: Turn;
  projectId: string;
  opened: number | null;
  onOpen: (source: number) => void;
  onRetry: () => void;
}

function TurnView({ turn, projectId, opened, onOpen, onRetry }: TurnProps) {
  const [lit, setLit] = useState<number | null>(null);
  const { answer, error } = turn;
  return (
    <article className="turn">
      <h2 className="question" dir="auto">{turn.question}</h2>
      {!answer && !error && <p className="muted thinking" role="status">Reading the documents</p>}
      {error && (isApiError(error, 'upstream_failed') ? (
        <div className="stack">
          <Problem error={new Error('The model did not answer. The documents are still there: search them below, or try again.')} retry={onRetry} />
        </div>
      ) : (
        <Problem error={error} retry={onRetry} />
      ))}
      {answer && (
        <>
          {answer.degraded && <p><Status tone="warn">The model is down. This answer quotes the documents directly.</Status></p>}
          <Answer text={answer.answer} sources={answer.sources} citations={answer.citations} lit={lit ?? opened} onLight={setLit} onOpen={onOpen} />
          {answer.sources && <Excerpts answer={answer} lit={lit} opened={opened} onOpen={onOpen} />}
          {!answer.answered && <WhyNot answer={answer} projectId={projectId} />}
          <footer className="row turn-foot">
            <span className="muted small">{Math.round(turn.tookMs)} ms</span>
            <SaveAsTest projectId={projectId} turn={turn} />
            {answer.answered && <WhyNot answer={answer} projectId={projectId} closed />}
          </footer>
        </>
      )}
    </article>
  );
}

// What a run of the saved test will expect: the same verdict and the same documents.
export function expectationOf(answer: Pick<ChatAnswer, 'answered' | 'sources'>): ExpectationRequest {
  const sources = (answer.sources ?? []).map(({ filename, pageNumber }) => (pageNumber ? { filename, pageNumber } : { filename }));
  const once = sources.filter((one, i) => sources.findIndex((other) => whereIs(other as never) === whereIs(one as never)) === i);
  return answer.answered ? { answered: true, sources: once } : { answered: false };
}

function SaveAsTest({ projectId, turn }: { projectId: string; turn: Turn }) {
  const may = useMay('admin');
  const save = useAction(() => api.post(`/v1/projects/${projectId}/test-prompts`, { prompt: turn.question, expect: expectationOf(turn.answer!) }), {
    touches: [`/v1/projects/${projectId}/test-prompts`],
  });
  if (save.isSuccess) return <Status tone="good">Saved as a test</Status>;
  return (
    <>
      <Button small kind="quiet" busy={save.isPending} disabled={!may} title={may ? undefined : 'Only admins and owners can save tests'} onClick={() => save.mutate()}>
        Save as test
      </Button>
      {save.error && <span className="bad-text small" role="alert">{save.error.message}</span>}
    </>
  );
}
