import type { Activity } from '../../../shared/api.ts';
import { useList } from '../api/queries.ts';
import { Empty, More, Page, Problem, Skeleton, Time, personName } from '../ui/basic.tsx';
import { Filter } from '../ui/form.tsx';
import { Link, useSearchParams } from 'wouter';

export function ActivityRow({ activity }: { activity: Activity }) {
  const link = placeOf(activity);
  return (
    <li className="activity">
      <span>
        {link ? <Link to={link}>{activity.summary}</Link> : activity.summary}
        {activity.actor && <span className="muted"> · {personName(activity.actor)}</span>}
      </span>
      <span className="muted small"><Time at={activity.createdAt} /></span>
    </li>
  );
}

function placeOf({ projectId, targetType, targetId }: Activity): string | null {
  if (targetType === 'conversation') return `/inbox/${targetId}`;
  if (!projectId) return targetType === 'user' ? '/team' : null;
  const project = `/projects/${projectId}`;
  switch (targetType) {
    case 'document':
      return `${project}/documents/${targetId}`;
    case 'run':
      return `${project}/tests/${targetId}`;
    case 'prompt':
      return `${project}/tests`;
    case 'widget':
      return `${project}/widget`;
    default:
      return project;
  }
}

// Kinds of change as the API names them, in groups of a reader's words.
const types = [
  'company.created', 'company.updated', 'user.invited', 'user.joined', 'user.removed', 'role.changed', 'project.created',
  'project.updated', 'project.archived', 'project.deployed', 'document.uploaded', 'document.replaced', 'document.indexed',
  'document.failed', 'document.deleted', 'documents.synced', 'key.created', 'key.rotated', 'key.revoked', 'widget.updated',
  'settings.updated', 'conversation.reviewed', 'prompt.created', 'prompt.updated', 'prompt.deleted', 'run.finished',
] as const;
const typeWords = (type: string): string => {
  const text = type.replace(/[._]/g, ' ');
  return text[0]!.toUpperCase() + text.slice(1);
};

export function ActivityScreen() {
  const [search, setSearch] = useSearchParams();
  const projectId = search.get('projectId') ?? '';
  const type = search.get('type') ?? '';
  const projects = useList('/v1/projects', 'projects', { limit: 100 });
  const list = useList('/v1/activity', 'activities', { projectId, type });
  const choose = (name: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <Page title="Activity" lead="Every change in the workspace, newest first.">
      <div className="row filters">
        <Filter label="Project" value={projectId} onChange={(v) => choose('projectId', v)} choices={[['', 'All projects'], ...projects.rows.map((p) => [p.projectId, p.name] as const)]} />
        <Filter label="Kind of change" value={type} onChange={(v) => choose('type', v)} choices={[['', 'All changes'], ...types.map((t) => [t, typeWords(t)] as const)]} />
      </div>
      {list.error && !list.data ? (
        <Problem error={list.error} retry={() => list.refetch()} />
      ) : list.isPending ? (
        <Skeleton lines={8} />
      ) : list.rows.length ? (
        <ul className="plain-list card">{list.rows.map((a) => <ActivityRow key={a.activityId} activity={a} />)}</ul>
      ) : (
        <Empty title="Nothing has happened here yet">{projectId || type ? 'No change matches the filter.' : 'Uploads, deployments, keys and people will be listed here.'}</Empty>
      )}
      <More list={list} />
    </Page>
  );
}
