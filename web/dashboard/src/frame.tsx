// The rail at the left, and in a project its tabs. On small screens the rail is a sheet.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { ProjectStatus } from '../../shared/api.ts';
import { useCompany, useGet, useList } from './api/queries.ts';
import { Finder } from './finder.tsx';
import { Button } from './ui/basic.tsx';
import { Icon, type IconName } from './ui/icon.tsx';

export function Frame({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const [finding, setFinding] = useState(false);
  const [location] = useLocation();
  useEffect(() => setOpen(false), [location]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        setFinding(true);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const projectId = /^\/projects\/(proj_[^/]+)/.exec(location)?.[1];
  return (
    <div className="frame">
      <a className="skip" href="#main">Skip to content</a>
      <header className="top-bar">
        <Button kind="quiet" icon="menu" aria-label="Menu" aria-expanded={open} onClick={() => setOpen(!open)} />
        <span className="brand">oprag</span>
        <Button kind="quiet" icon="search" aria-label="Find" onClick={() => setFinding(true)} />
      </header>
      {open && <div className="rail-scrim" onClick={() => setOpen(false)} />}
      <Rail open={open} onFind={() => setFinding(true)} />
      <main id="main" tabIndex={-1}>
        {projectId && <ProjectTabs projectId={projectId} />}
        {children}
      </main>
      {finding && <Finder onClose={() => setFinding(false)} />}
    </div>
  );
}

const workspace: [string, string, IconName][] = [
  ['/', 'Home', 'home'],
  ['/inbox', 'Inbox', 'inbox'],
  ['/analytics', 'Analytics', 'chart'],
  ['/activity', 'Activity', 'activity'],
];
const administration: [string, string, IconName][] = [
  ['/team', 'Team', 'team'],
  ['/keys', 'Keys', 'key'],
  ['/billing', 'Billing', 'card'],
  ['/settings', 'Settings', 'gear'],
  ['/account', 'Account', 'person'],
];

function Rail({ open, onFind }: { open: boolean; onFind: () => void }) {
  const company = useCompany();
  const projects = useList('/v1/projects', 'projects', { limit: 100 });
  return (
    <nav className={`rail ${open ? 'open' : ''}`} aria-label="Workspace">
      <p className="company" title={company.data?.name}>{company.data?.name ?? '\u00a0'}</p>
      <button type="button" className="find-button" onClick={onFind}>
        <Icon name="search" /> Find <kbd>Ctrl K</kbd>
      </button>
      <Entries of={workspace} />
      <div className="rail-head">
        <h2>Projects</h2>
        <Link to="/projects/new" className="button quiet small icon-only" aria-label="New project" title="New project">
          <Icon name="plus" />
        </Link>
      </div>
      <ul className="rail-projects">
        {projects.rows.map((project) => (
          <li key={project.projectId}>
            <Entry to={`/projects/${project.projectId}`} deep>
              <StatusDot status={project.status} />
              <span className="clip">{project.name}</span>
            </Entry>
          </li>
        ))}
      </ul>
      <Entries of={administration} />
    </nav>
  );
}

const Entries = ({ of }: { of: [string, string, IconName][] }) => (
  <ul>
    {of.map(([to, label, icon]) => (
      <li key={to}>
        <Entry to={to} deep={to !== '/'}>
          <Icon name={icon} /> {label}
        </Entry>
      </li>
    ))}
  </ul>
);

function Entry({ to, deep, children }: { to: string; deep: boolean; children: ReactNode }) {
  const [location] = useLocation();
  const here = location === to || (deep && location.startsWith(`${to}/`));
  return (
    <Link to={to} className={here ? 'here' : ''} aria-current={here ? 'page' : undefined}>
      {children}
    </Link>
  );
}

export const statusWords: Record<ProjectStatus, string> = {
  draft: 'Draft',
  indexing: 'Indexing',
  live: 'Live',
  archived: 'Archived',
};

const StatusDot = ({ status }: { status: ProjectStatus }) => (
  <span className={`dot ${status}`} title={statusWords[status]}>
    <span className="sr">{statusWords[status]}: </span>
  </span>
);

const tabs = [
  ['', 'Overview'],
  ['/documents', 'Documents'],
  ['/ask', 'Ask'],
  ['/tests', 'Tests'],
  ['/widget', 'Widget'],
  ['/deploy', 'Deploy'],
  ['/conversations', 'Conversations'],
  ['/settings', 'Settings'],
] as const;

function ProjectTabs({ projectId }: { projectId: string }) {
  const base = `/projects/${projectId}` as const;
  const [location] = useLocation();
  const project = useGet(`/v1${base}`);
  const row = useRef<HTMLElement>(null);
  // On a phone the row is wider than the screen.
  useEffect(() => {
    const here = row.current?.querySelector<HTMLElement>('.here');
    if (here) row.current!.scrollLeft = here.offsetLeft - (row.current!.clientWidth - here.clientWidth) / 2;
  }, [location]);
  return (
    <div className="project-head">
      <p className="project-name">{project.data?.name ?? '\u00a0'}</p>
      <nav className="tabs" aria-label="Project" ref={row}>
        {tabs.map(([path, label]) => {
          const here = path ? location.startsWith(base + path) : location === base;
          return (
            <Link key={path} to={base + path} className={here ? 'here' : ''} aria-current={here ? 'page' : undefined}>
              {label}
            </Link>
          );
        })}
      </nav>
    </div>
  );
}
