import { Link, useSearchParams } from 'wouter';
import type { AnalyticsSummary } from '../../../shared/api.ts';
import { useGet, useList } from '../api/queries.ts';
import { Button, Empty, Loaded, Page, Time } from '../ui/basic.tsx';
import { Columns } from '../ui/chart.tsx';
import { Filter } from '../ui/form.tsx';
import { count, duration, fileOf, percent, plural } from '../ui/format.ts';

const dayMs = 86_400_000;
const ranges = [['7', 'Last 7 days'], ['30', 'Last 30 days'], ['90', 'Last 90 days'], ['365', 'Last 365 days']] as const;

export function AnalyticsScreen() {
  const [search, setSearch] = useSearchParams();
  const days = Number(search.get('days') ?? 30);
  const projectId = search.get('projectId') ?? '';
  const tomorrow = new Date(Math.ceil(Date.now() / dayMs) * dayMs);
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  const query = { projectId, from: date(tomorrow.getTime() - days * dayMs), to: date(tomorrow.getTime()) };
  const analytics = useGet('/v1/analytics/summary', query);
  const projects = useList('/v1/projects', 'projects', { limit: 100 });
  const choose = (name: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <Page
      title="Analytics"
      actions={
        <>
          <Filter label="Project" value={projectId} onChange={(v) => choose('projectId', v)} choices={[['', 'All projects'], ...projects.rows.map((p) => [p.projectId, p.name] as const)]} />
          <Filter label="Range" value={String(days)} onChange={(v) => choose('days', v)} choices={ranges} />
          <Button disabled={!analytics.data} onClick={() => download(analytics.data!)}>CSV</Button>
        </>
      }
    >
      <Loaded of={analytics} lines={10}>{(data) => (data.totals.questions ? <Report data={data} projectId={projectId} /> : <None data={data} />)}</Loaded>
    </Page>
  );
}

function None({ data }: { data: AnalyticsSummary }) {
  return (
    <>
      <Columns title="Questions per day" outline dates={data.series.map((day) => day.date)} series={[{ name: '', className: 'one', values: data.series.map(() => 0) }]} />
      <Empty title="No questions in this range">Questions from your site and your servers are counted here. Those of your team and of test keys are not.</Empty>
    </>
  );
}

function Report({ data, projectId }: { data: AnalyticsSummary; projectId: string }) {
  const { totals } = data;
  const good = totals.good + totals.visitorGood;
  const rated = good + totals.bad + totals.visitorBad;
  const figures: [string, string, string][] = [
    ['Questions', count(totals.questions), `${plural(totals.conversations, 'conversation')}, ${plural(totals.visitors, 'visitor')}`],
    ['Answered', percent(totals.answerRate), `${count(totals.unanswered)} without an answer`],
    ['Time to answer', duration(totals.p50LatencyMs), `95 % within ${duration(totals.p95LatencyMs)}`],
    ['Rated good', rated ? percent(good / rated) : '—', rated ? `${count(good)} of ${count(rated)}, by visitors and team` : 'no ratings yet'],
  ];
  return (
    <>
      <dl className="figures">
        {figures.map(([label, value, note]) => (
          <div className="figure" key={label}>
            <dt>{label}</dt>
            <dd><span className="figure-value">{value}</span><span className="small muted">{note}</span></dd>
          </div>
        ))}
      </dl>
      <Columns
        title="Questions per day"
        dates={data.series.map((day) => day.date)}
        series={[
          { name: 'Answered', className: 'one', values: data.series.map((day) => day.answered) },
          { name: 'Not answered', className: 'two', values: data.series.map((day) => day.unanswered) },
        ]}
      />
      <div className="columns three">
        <Ranking title="Asked most" rows={data.topQuestions.map((row) => ({ key: row.question, text: row.question, count: row.count }))} />
        <section aria-labelledby="unanswered">
          <h2 id="unanswered">Without an answer</h2>
          {data.unansweredQuestions.length ? (
            <ul className="plain-list">
              {data.unansweredQuestions.map((row) => (
                <li key={row.question} className="activity">
                  {projectId ? <Link to={`/projects/${projectId}/ask?question=${encodeURIComponent(row.question)}`}>{row.question}</Link> : <span>{row.question}</span>}
                  <span className="muted small">{count(row.count)} · <Time at={row.lastAskedAt} /></span>
                </li>
              ))}
            </ul>
          ) : <p className="muted">Every question was answered.</p>}
        </section>
        <Ranking title="Sources cited most" rows={data.topSources.map((row) => ({ key: row.documentId, text: fileOf(row.title), count: row.count }))} />
      </div>
    </>
  );
}

function Ranking({ title, rows }: { title: string; rows: { key: string; text: string; count: number }[] }) {
  return (
    <section>
      <h2>{title}</h2>
      {rows.length ? (
        <ul className="plain-list">
          {rows.map((row) => <li key={row.key} className="activity"><span className="grow">{row.text}</span><span className="muted">{count(row.count)}</span></li>)}
        </ul>
      ) : <p className="muted">Nothing yet.</p>}
    </section>
  );
}

function download(data: AnalyticsSummary) {
  const members = ['date', 'questions', 'conversations', 'visitors', 'answered', 'unanswered'] as const;
  const lines = [members.join(','), ...data.series.map((day) => members.map((member) => day[member]).join(','))];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([lines.join('\r\n') + '\r\n'], { type: 'text/csv' }));
  link.download = `questions ${data.range.from.slice(0, 10)} to ${data.range.to.slice(0, 10)}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
