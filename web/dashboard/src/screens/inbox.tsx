// What was asked: a list, the messages with their sources, and what the team thinks of them. j and k move, e marks as
// reviewed, 1 and 2 rate, / searches.
import { useEffect, useRef } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { Conversation } from '../../../shared/api.ts';
import { api, send, withQuery } from '../api/client.ts';
import { touch, useList } from '../api/queries.ts';
import { Button, Empty, More, Problem, Skeleton, Status, Time } from '../ui/basic.tsx';
import { Filter } from '../ui/form.tsx';
import { notify } from '../ui/notice.tsx';
import '../styles/inbox.css';
import { ConversationView, reviewWords } from './conversation.tsx';

const filters = {
  reviewStatus: [['', 'Every review'], ...Object.entries(reviewWords)],
  answered: [['', 'Answered or not'], ['true', 'Answered'], ['false', 'Not answered']],
  rating: [['', 'Every rating'], ['good', 'Rated good'], ['bad', 'Rated bad']],
  channel: [['', 'Every channel'], ['widget', 'Widget'], ['api', 'API'], ['dashboard', 'Dashboard'], ['mcp', 'MCP']],
} as const;
const labels: Record<keyof typeof filters, string> = { reviewStatus: 'Review', answered: 'Answered', rating: 'Rating', channel: 'Channel' };

export function Inbox({ params }: { params: Record<string, string> }) {
  const { projectId, conversationId } = params;
  const [search, setSearch] = useSearchParams();
  const [, go] = useLocation();
  const query = Object.fromEntries(search) as Record<string, string>;
  const path = projectId ? (`/v1/projects/${projectId}/conversations` as const) : '/v1/conversations';
  const home = projectId ? `/projects/${projectId}/conversations` : '/inbox';
  const list = useList(path, 'conversations', query, () => 15_000);
  const rows = list.rows;
  const at = rows.findIndex((row) => row.conversationId === conversationId);
  const open = (row: Conversation | undefined) => row && go(withQuery(`${home}/${row.conversationId}`, query));
  const searchField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = projectId ? 'Conversations · oprag' : 'Inbox · oprag';
  }, [projectId]);

  const change = async (changes: Partial<Conversation>) => {
    if (!conversationId) return;
    await api.patch(`/v1/conversations/${conversationId}`, changes).then(() => touch('/v1/conversations', path, '/v1/dashboard'), (error: Error) => notify(error.message));
  };
  const keys: Record<string, () => unknown> = {
    j: () => open(rows[at + 1]),
    k: () => open(rows[Math.max(0, at - 1)]),
    e: () => change({ reviewStatus: 'reviewed' }),
    1: () => change({ rating: 'good' }),
    2: () => change({ rating: 'bad' }),
    '/': () => searchField.current?.focus(),
  };
  const live = useRef(keys);
  live.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inField = (event.target as HTMLElement).closest('input, textarea, select, dialog');
      const act = live.current[event.key];
      if (inField || !act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      void act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const filter = (name: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    }, { replace: true });
  const filtered = search.size > 0;
  return (
    <div className={`inbox ${conversationId ? 'reading' : ''}`}>
      <section className="inbox-list" aria-label="Conversations">
        <header className="stack">
          <div className="row">
            <h1 className="grow">{projectId ? 'Conversations' : 'Inbox'}</h1>
            <Button small kind="quiet" onClick={() => void download(path, query)}>Export</Button>
          </div>
          <input ref={searchField} type="search" aria-label="Search questions and answers" placeholder="Search questions and answers" defaultValue={query.q ?? ''} onChange={(e) => filter('q', e.target.value)} />
          <div className="filter-grid">
            {(Object.keys(filters) as (keyof typeof filters)[]).map((name) => (
              <Filter key={name} label={labels[name]} value={query[name] ?? ''} onChange={(v) => filter(name, v)} choices={filters[name]} />
            ))}
          </div>
        </header>
        {list.error && !list.data ? (
          <Problem error={list.error} retry={() => list.refetch()} />
        ) : list.isPending ? (
          <Skeleton lines={8} />
        ) : rows.length ? (
          <ul className="plain-list conversation-list">
            {rows.map((row) => (
              <li key={row.conversationId}>
                <Row row={row} here={row.conversationId === conversationId} showProject={!projectId} onOpen={() => open(row)} />
              </li>
            ))}
          </ul>
        ) : filtered ? (
          <Empty title="No conversation matches" action={<Button onClick={() => setSearch({})}>Clear filters</Button>} />
        ) : (
          <Empty title="No conversations yet">What visitors ask, and what they were answered, is kept here for review.</Empty>
        )}
        <More list={list} />
      </section>
      {conversationId ? (
        <ConversationView key={conversationId} conversationId={conversationId} onChange={change} back={withQuery(home, query)} />
      ) : (
        rows.length > 0 && <div className="inbox-none"><p className="muted">Choose a conversation. <kbd>j</kbd> and <kbd>k</kbd> move, <kbd>e</kbd> marks as reviewed, <kbd>1</kbd> and <kbd>2</kbd> rate.</p></div>
      )}
    </div>
  );
}

function Row({ row, here, showProject, onOpen }: { row: Conversation; here: boolean; showProject: boolean; onOpen: () => void }) {
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (here) element.current?.scrollIntoView({ block: 'nearest' });
  }, [here]);
  return (
    <button ref={element} type="button" className={`conversation-row ${here ? 'here' : ''}`} aria-current={here ? 'true' : undefined} onClick={onOpen}>
      <span className="row">
        <span className="clip grow first-question" dir="auto">{row.firstQuestion}</span>
        <span className="small muted"><Time at={row.lastMessageAt} /></span>
      </span>
      <span className="row small">
        {row.answered === false && <Status tone="warn" icon="quote">Documents don’t say</Status>}
        {row.reviewStatus !== 'unreviewed' && <Status tone={row.reviewStatus === 'reviewed' ? 'good' : 'warn'} icon={row.reviewStatus === 'reviewed' ? 'check' : 'warning'}>{reviewWords[row.reviewStatus]}</Status>}
        <span className="muted clip">{showProject ? `${row.projectName} · ` : ''}{row.channel}{row.environment === 'test' ? ' · test key' : ''}</span>
      </span>
    </button>
  );
}

async function download(path: string, query: Record<string, string>) {
  const answer = await send('GET', withQuery(path, query), { accept: 'text/csv' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = 'conversations.csv';
  link.click();
  URL.revokeObjectURL(link.href);
}
