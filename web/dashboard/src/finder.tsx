// Ctrl/⌘ K: projects, documents, conversations and actions in one list.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { Found } from '../../shared/api.ts';
import { api } from './api/client.ts';
import { Dialog } from './ui/dialog.tsx';

interface Entry {
  title: string;
  kind: string;
  to: string;
}

const actions: Entry[] = [
  ['Home', '/'],
  ['Inbox', '/inbox'],
  ['Analytics', '/analytics'],
  ['Activity', '/activity'],
  ['New project', '/projects/new'],
  ['Invite to the team', '/team'],
  ['Keys', '/keys'],
  ['Billing', '/billing'],
  ['Workspace settings', '/settings'],
  ['Account and theme', '/account'],
].map(([title, to]) => ({ title: title!, kind: 'go to', to: to! }));

const addressOf = (found: Found): string => {
  const project = `/projects/${found.projectId}`;
  if (found.kind === 'project') return project;
  return found.kind === 'document' ? `${project}/documents/${found.id}` : `/inbox/${found.id}`;
};

export function Finder({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [at, setAt] = useState(0);
  const [, go] = useLocation();
  const id = useId();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 120);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery({
    queryKey: ['/v1/find', asked],
    queryFn: ({ signal }) => api.get('/v1/find', { q: asked }, signal),
    enabled: asked !== '',
  });
  const wanted = text.trim().toLowerCase();
  const entries: Entry[] = [
    ...(wanted ? (found.data?.results ?? []) : []).map((one) => ({ title: one.title, kind: one.kind, to: addressOf(one) })),
    ...actions.filter((action) => action.title.toLowerCase().includes(wanted)),
  ];
  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    go(entry.to);
  };
  const onKey = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step && entries.length) {
      event.preventDefault();
      setAt((at + step + entries.length) % entries.length);
    } else if (event.key === 'Enter') {
      open(entries[at]);
    }
  };
  return (
    <Dialog title="Find" onClose={onClose}>
      <input
        type="search"
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={entries.length ? `${id}-${at}` : undefined}
        aria-label="Find projects, documents, conversations and actions"
        placeholder="Projects, documents, conversations, actions"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <ul className="found" id={id} role="listbox" aria-label="Results">
        {entries.map((entry, i) => (
          <li key={entry.to + entry.title} id={`${id}-${i}`} role="option" aria-selected={i === at} onClick={() => open(entry)} onMouseMove={() => setAt(i)}>
            <span className="clip">{entry.title}</span>
            <span className="muted small">{entry.kind}</span>
          </li>
        ))}
      </ul>
      {!entries.length && <p className="muted" role="status">Nothing matches “{text}”.</p>}
    </Dialog>
  );
}
