// One conversation: its messages with sources, and beside it the review.
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { Conversation, ConversationDetail, Message, ReviewStatus, Source } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useGet, useMay } from '../api/queries.ts';
import { Answer, whereIs } from '../ui/answer.tsx';
import { Button, CopyId, Loaded, NeedsRole, Problem, Status, Time, personName } from '../ui/basic.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea, submits } from '../ui/form.tsx';
import { duration } from '../ui/format.ts';
import { SourceView } from '../ui/source_view.tsx';
import { expectationOf } from './ask.tsx';

export const reviewWords: Record<ReviewStatus, string> = {
  unreviewed: 'Not reviewed',
  needs_attention: 'Needs attention',
  reviewed: 'Reviewed',
};

type Change = (changes: Partial<Conversation>) => Promise<unknown>;

export function ConversationView({ conversationId, onChange, back }: { conversationId: string; onChange: Change; back: string }) {
  const conversation = useGet(`/v1/conversations/${conversationId}`);
  const [open, setOpen] = useState<Source | null>(null);
  return (
    <Loaded of={conversation}>
      {(data) => (
        <>
          <section className="inbox-messages" aria-label="Messages">
            <header className="row">
              <Link to={back} className="button quiet small only-narrow">All conversations</Link>
              <h1 className="sr only-narrow">{data.firstQuestion}</h1>
            </header>
            <ol className="plain-list messages">
              {data.messages.map((message, i) => (
                <li key={message.messageId} className={`message ${message.role}`}>
                  <MessageView message={message} question={data.messages[i - 1]?.content ?? ''} projectId={data.projectId} onOpen={setOpen} />
                </li>
              ))}
            </ol>
          </section>
          <Review data={data} onChange={onChange} />
          {open && (
            <Dialog title={whereIs(open)} side wide onClose={() => setOpen(null)}>
              <SourceView projectId={data.projectId} place={open} excerpt={open.excerpt} />
            </Dialog>
          )}
        </>
      )}
    </Loaded>
  );
}

interface MessageProps {
  message: Message;
  question: string;
  projectId: string;
  onOpen: (source: Source) => void;
}

function MessageView({ message, question, projectId, onOpen }: MessageProps) {
  if (message.role === 'user') {
    return <><p className="question" dir="auto">{message.content}</p><p className="small muted"><Time at={message.createdAt} /></p></>;
  }
  return (
    <>
      {message.answered === false && <p><Status tone="accent">The documents don’t say</Status></p>}
      <Answer text={message.content} sources={message.sources} citations={message.citations} onOpen={(i) => onOpen(message.sources[i]!)} />
      {message.sources.length > 0 && (
        <ol className="source-line small">
          {message.sources.map((source, i) => <li key={i}><button type="button" className="link" onClick={() => onOpen(source)}>{whereIs(source)}</button></li>)}
        </ol>
      )}
      {message.visitorRating && (
        <p className="small">
          <Status tone={message.visitorRating === 'good' ? 'good' : 'bad'} icon={message.visitorRating === 'good' ? 'up' : 'down'}>Visitor: {message.visitorRating}</Status>
          {message.visitorComment && <span> “{message.visitorComment}”</span>}
        </p>
      )}
      <MakeTest question={question} message={message} projectId={projectId} />
    </>
  );
}

function MakeTest({ question, message, projectId }: { question: string; message: Message; projectId: string }) {
  const may = useMay('admin');
  const save = useAction(
    () => api.post(`/v1/projects/${projectId}/test-prompts`, { prompt: question, expect: expectationOf({ answered: message.answered ?? false, sources: message.sources }) }),
    { touches: [`/v1/projects/${projectId}/test-prompts`] },
  );
  return (
    <div className="row small muted">
      <span>{duration(message.latencyMs)}</span>
      {save.isSuccess ? (
        <Status tone="good">Saved as a test</Status>
      ) : (
        <Button small kind="quiet" disabled={!may} busy={save.isPending} title={may ? undefined : 'Only admins and owners can save tests'} onClick={() => save.mutate()}>Make this a test</Button>
      )}
      {save.error && <span className="bad-text" role="alert">{save.error.message}</span>}
    </div>
  );
}

function Review({ data, onChange }: { data: ConversationDetail; onChange: Change }) {
  const [notes, setNotes] = useState(data.notes ?? '');
  useEffect(() => setNotes(data.notes ?? ''), [data.notes]);
  const save = useAction(() => onChange({ notes: notes || null }));
  const rate = (rating: 'good' | 'bad') => onChange({ rating: data.rating === rating ? null : rating });
  return (
    <aside className="inbox-review stack" aria-label="Review">
      <div className="segments vertical" role="group" aria-label="Review status">
        {(Object.keys(reviewWords) as ReviewStatus[]).map((status) => (
          <button key={status} type="button" aria-pressed={data.reviewStatus === status} onClick={() => void onChange({ reviewStatus: status })}>{reviewWords[status]}</button>
        ))}
      </div>
      <div className="segments" role="group" aria-label="Rating">
        <button type="button" aria-pressed={data.rating === 'good'} onClick={() => void rate('good')}>Good</button>
        <button type="button" aria-pressed={data.rating === 'bad'} onClick={() => void rate('bad')}>Bad</button>
      </div>
      <form className="stack" onSubmit={submits(() => save.mutate())}>
        <TextArea label="Notes" rows={4} maxLength={4000} value={notes} onChange={(e) => setNotes(e.target.value)} />
        <Button type="submit" small busy={save.isPending} disabled={notes === (data.notes ?? '')}>Save notes</Button>
        {save.error && <Problem error={save.error} />}
      </form>
      {data.reviewedBy && <p className="small muted">Reviewed by {personName(data.reviewedBy)}</p>}
      <dl className="facts">
        <dt>Project</dt><dd><Link to={`/projects/${data.projectId}`}>{data.projectName}</Link></dd>
        <dt>Channel</dt><dd>{data.channel}{data.environment ? `, ${data.environment}` : ''}</dd>
        <dt>Started</dt><dd><Time at={data.startedAt} /></dd>
        {data.visitorId && <><dt>Visitor</dt><dd><CopyId id={data.visitorId} /></dd></>}
        <dt>Conversation</dt><dd><CopyId id={data.conversationId} /></dd>
      </dl>
      <NeedsRole role="admin" to="save tests" />
    </aside>
  );
}
