import { Link } from 'wouter';
import type { AttentionKind, DashboardSummary, WeekTraffic } from '../../../shared/api.ts';
import { useGet } from '../api/queries.ts';
import { ButtonLink, Empty, Loaded, Page, Status, Table, Time } from '../ui/basic.tsx';
import { count, percent, plural } from '../ui/format.ts';
import { ProjectStatusWord } from '../ui/project_status.tsx';
import { ActivityRow } from './activity.tsx';

export function Home() {
  const summary = useGet('/v1/dashboard/summary', {}, { pollMs: () => 30_000 });
  return (
    <Page title="Home" actions={summary.data?.projects.length ? <ButtonLink to="/projects/new" icon="plus">New project</ButtonLink> : null}>
      <Loaded of={summary}>{(data) => (data.projects.length ? <Summary data={data} /> : <FirstSteps />)}</Loaded>
    </Page>
  );
}

function FirstSteps() {
  return (
    <Empty title="Create your first project" action={<ButtonLink to="/projects/new" kind="primary">Create project</ButtonLink>}>
      <ol className="steps">
        <li><b>Upload documents.</b> PDF, Word, PowerPoint, Excel, HTML, Markdown, e-mail or text.</li>
        <li><b>Ask.</b> Each sentence of an answer leads to the page it stands on.</li>
        <li><b>Deploy.</b> Put one line into your site, or call the API with a key.</li>
      </ol>
    </Empty>
  );
}

function Summary({ data }: { data: DashboardSummary }) {
  return (
    <>
      <Figures data={data} />
      <div className="columns">
        <section aria-labelledby="projects">
          <h2 id="projects">Projects</h2>
          <Table label="Projects">
              <thead>
                <tr><th>Name</th><th>Status</th><th className="number">Documents</th><th className="number">Questions, 7 days</th><th className="number">Answered</th><th>Last activity</th></tr>
              </thead>
              <tbody>
                {data.projects.map((project) => (
                  <tr key={project.projectId}>
                    <td><Link to={`/projects/${project.projectId}`}>{project.name}</Link></td>
                    <td><ProjectStatusWord status={project.status} /></td>
                    <td className="number">{count(project.documentCount)}</td>
                    <td className="number">{count(project.questions7d)}</td>
                    <td className="number">{percent(project.answerRate7d)}</td>
                    <td><Time at={project.lastActivityAt} /></td>
                  </tr>
                ))}
              </tbody>
            </Table>
        </section>
        <section aria-labelledby="attention">
          <h2 id="attention">Needs attention</h2>
          <Attention data={data} />
          <h2>Last activity</h2>
          <ul className="plain-list">
            {data.recentActivity.slice(0, 6).map((activity) => <ActivityRow key={activity.activityId} activity={activity} />)}
          </ul>
        </section>
      </div>
    </>
  );
}

const attentionWords: Record<AttentionKind, (n: number) => string> = {
  failed_documents: (n) => `${plural(n, 'document')} could not be read`,
  unanswered_questions: (n) => `${plural(n, 'question')} without an answer`,
  failing_tests: (n) => `${plural(n, 'test')} failing`,
  needs_attention: (n) => `${plural(n, 'conversation')} marked for attention`,
  over_limit: (n) => `${plural(n, 'limit')} of the plan reached`,
};
function attentionPlace(kind: AttentionKind, projectId: string | null): string {
  const project = projectId ? `/projects/${projectId}` : '';
  switch (kind) {
    case 'failed_documents':
      return project ? `${project}/documents?status=failed` : '/';
    case 'unanswered_questions':
      return `${project ? `${project}/conversations` : '/inbox'}?answered=false`;
    case 'failing_tests':
      return project ? `${project}/tests` : '/';
    case 'needs_attention':
      return `${project ? `${project}/conversations` : '/inbox'}?reviewStatus=needs_attention`;
    case 'over_limit':
      return '/billing';
  }
}

function Attention({ data }: { data: DashboardSummary }) {
  if (!data.attention.length) return <p><Status tone="good">Nothing waits for you</Status></p>;
  const names = new Map(data.projects.map((project) => [project.projectId, project.name]));
  return (
    <ul className="plain-list attention">
      {data.attention.map((one) => (
        <li key={one.kind + one.projectId}>
          <Link to={attentionPlace(one.kind, one.projectId)}>{attentionWords[one.kind](one.count)}</Link>
          {one.projectId && <span className="muted"> · {names.get(one.projectId)}</span>}
        </li>
      ))}
    </ul>
  );
}

type Measure = 'questions' | 'conversations' | 'visitors';

function Figures({ data }: { data: DashboardSummary }) {
  const figure = (label: string, member: Measure) => (
    <Figure
      label={label}
      value={count(data.last7Days[member])}
      change={difference(data.last7Days, data.previous7Days, member)}
      trend={data.series.map((day) => day[member])}
    />
  );
  const answered = data.series.map((day) => (day.questions ? day.answered / day.questions : 0));
  return (
    <dl className="figures">
      {figure('Questions', 'questions')}
      {figure('Conversations', 'conversations')}
      {figure('Visitors', 'visitors')}
      <Figure label="Answered" value={percent(data.last7Days.answerRate)} change={points(data.last7Days, data.previous7Days)} trend={answered} />
    </dl>
  );
}

function difference(now: WeekTraffic, before: WeekTraffic, member: Measure): string {
  if (!before[member]) return 'no week before to compare';
  const change = Math.round((now[member] / before[member] - 1) * 100);
  return `${change > 0 ? '+' : change < 0 ? '−' : '±'}${Math.abs(change)} % on the week before`;
}

function points(now: WeekTraffic, before: WeekTraffic): string {
  if (now.answerRate === null || before.answerRate === null) return 'no week before to compare';
  const change = Math.round((now.answerRate - before.answerRate) * 100);
  return `${change > 0 ? '+' : change < 0 ? '−' : '±'}${Math.abs(change)} points on the week before`;
}

function Figure({ label, value, change, trend }: { label: string; value: string; change: string; trend: number[] }) {
  const top = Math.max(...trend, 0) || 1;
  const line = trend.map((v, i) => `${(i / Math.max(1, trend.length - 1)) * 100},${26 - (v / top) * 24}`).join(' ');
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>
        <span className="figure-value">{value}</span>
        <svg className="spark" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true"><polyline points={line} /></svg>
        <span className="small muted">{change}</span>
      </dd>
    </div>
  );
}
