// The small parts: buttons, status words, times, empty and error states.
import { useEffect, useRef, useState, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { By, Role } from '../../../shared/api.ts';
import type { ApiError } from '../api/client.ts';
import { useCompany, useMay } from '../api/queries.ts';
import { exact, relative } from './format.ts';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  busy?: boolean;
  small?: boolean;
}

export function Button({ kind = 'plain', icon, busy, small, children, className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${kind} ${small ? 'small' : ''} ${children ? '' : 'icon-only'} ${className}`}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function ButtonLink({ to, kind = 'plain', icon, small, children }: { to: string; kind?: string; icon?: IconName; small?: boolean; children: ReactNode }) {
  return (
    <Link to={to} className={`button ${kind} ${small ? 'small' : ''}`}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'neutral' | 'accent';
const toneIcon: Record<Tone, IconName> = { good: 'check', warn: 'clock', bad: 'warning', neutral: 'dash', accent: 'quote' };

// A state, never by colour alone: an icon and a word.
export function Status({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`status ${tone}`}>
      <Icon name={icon ?? toneIcon[tone]} size={14} />
      {children}
    </span>
  );
}

// A table that scrolls sideways where it must; a stop of its own, so that the keyboard can scroll it, too.
export function Table({ label, className = '', narrow, children }: { label: string; className?: string; narrow?: boolean; children: ReactNode }) {
  return (
    <div className={narrow ? 'table-frame narrow' : 'table-frame'} tabIndex={0} role="group" aria-label={label}>
      <table className={`table ${className}`}>{children}</table>
    </div>
  );
}

export function Time({ at, none = '—' }: { at: string | null | undefined; none?: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <>{none}</>;
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at)}
    </time>
  );
}

export const personName = (by: By): string => by?.name || by?.email || 'someone';

export function Copy({ text, label = 'Copy', showLabel = false }: { text: string; label?: string; showLabel?: boolean }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
  };
  return (
    <button type="button" className={`button quiet small ${showLabel ? '' : 'icon-only'}`} onClick={copy} aria-label={done ? 'Copied' : label} title={label}>
      <Icon name={done ? 'check' : 'copy'} />
      {showLabel && (done ? 'Copied' : label)}
      <span className="sr" role="status">{done ? 'Copied' : ''}</span>
    </button>
  );
}

export const CopyId = ({ id }: { id: string }) => (
  <span className="copy-id">
    <code>{id}</code>
    <Copy text={id} label={`Copy ${id}`} />
  </span>
);

export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div className="code">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <Copy text={text} label={`Copy ${label}`} />
    </div>
  );
}

export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children && <div className="muted">{children}</div>}
      {action && <div className="row">{action}</div>}
    </div>
  );
}

// What went wrong, in the server's words, and the way on.
export function Problem({ error, retry }: { error: ApiError | Error; retry?: () => void }) {
  const id = 'requestId' in error ? error.requestId : null;
  return (
    <div className="problem" role="alert">
      <Icon name="warning" />
      <div>
        <p>{error.message}</p>
        {id && <p className="small muted">Request {id}</p>}
      </div>
      {retry && (
        <Button small onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

// Grey lines in place of what is loading; CSS holds them back for 150 ms.
export function Skeleton({ lines = 5 }: { lines?: number }) {
  return (
    <div className="skeleton" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

interface Loadable<T> {
  data: T | undefined;
  error: ApiError | null;
  refetch: () => unknown;
}

export function Loaded<T>({ of, lines, children }: { of: Loadable<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Problem error={of.error} retry={() => of.refetch()} />;
  return <Skeleton lines={lines ?? 5} />;
}

const needed: Record<Role, string> = { member: 'members', admin: 'admins and owners', owner: 'owners' };

// Says why a control is disabled, beside it; nothing for those who may.
export function NeedsRole({ role, to }: { role: Role; to: string }) {
  const { data: company } = useCompany();
  const may = useMay(role);
  return may || !company ? null : <p className="needs-role small">Only {needed[role]} can {to}.</p>;
}

export function Bar({ value, max, label, tone = 'accent' }: { value: number; max: number; label: string; tone?: Tone }) {
  return <progress className={`bar ${tone}`} value={Math.min(value, max)} max={max || 1} aria-label={label} />;
}

export function More({ list }: { list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="row center">
      <Button busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}

export function Page({ title, actions, children, lead }: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · oprag`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {lead && <p className="muted">{lead}</p>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
