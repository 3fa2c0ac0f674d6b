import { Link } from 'wouter';
import type { ProjectOverview } from '../../../shared/api.ts';
import { useGet } from '../api/queries.ts';
import { Bar, ButtonLink, Loaded, Page, Status, Time, personName } from '../ui/basic.tsx';
import { count, percent, plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { ProjectStatusWord } from '../ui/project_status.tsx';

const stepPlaces: Record<string, [path: string, verb: string]> = {
  create_project: ['/settings', 'Settings'],
  upload_documents: ['/documents', 'Upload'],
  index_documents: ['/documents', 'Sync'],
  test_answer: ['/ask', 'Ask'],
  set_origins: ['/widget', 'Add origins'],
  deploy: ['/deploy', 'Deploy'],
};

export function OverviewScreen({ params }: { params: Record<string, string> }) {
  const base = `/projects/${params.projectId}` as const;
  const overview = useGet(`/v1${base}/overview`, {}, {
    pollMs: (data) => (data && data.documents.indexing + data.documents.uploaded > 0 ? 3000 : 30_000),
  });
  return (
    <Loaded of={overview}>
      {(data) => (
        <Page title="Overview" lead={data.project.description ?? undefined} actions={<ProjectStatusWord status={data.project.status} />}>
          {data.documents.failed > 0 && (
            <div className="banner bad" role="status">
              <Status tone="bad">{plural(data.documents.failed, 'document')} could not be read</Status>
              <ButtonLink to={`${base}/documents?status=failed`} small>See why</ButtonLink>
            </div>
          )}
          <dl className="figures">
            <Plain label="Questions, 7 days" value={count(data.usage.questions7d)} />
            <Plain label="Conversations, 7 days" value={count(data.usage.conversations7d)} />
            <Plain label="Answered" value={percent(data.usage.answerRate7d)} />
            <Plain label="Documents indexed" value={`${count(data.documents.indexed)} of ${count(data.documents.total)}`} />
          </dl>
          <div className="columns">
            {data.setup.completed < data.setup.total ? <Setup data={data} base={base} /> : <Unanswered data={data} base={base} />}
            <div>
              {data.setup.completed < data.setup.total && <Unanswered data={data} base={base} />}
              <h2>Last deployment</h2>
              {data.lastDeployment ? (
                <p>
                  <Time at={data.lastDeployment.deployedAt} /> by {personName(data.lastDeployment.deployedBy)}, key <code>{data.lastDeployment.keyPrefix}…</code>
                </p>
              ) : (
                <p className="muted">Not deployed. Only your team can ask.</p>
              )}
              {data.setup.completed === data.setup.total && <Status tone="good">All {data.setup.total} steps of the set-up are done</Status>}
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  );
}

const Plain = ({ label, value }: { label: string; value: string }) => (
  <div className="figure"><dt>{label}</dt><dd><span className="figure-value">{value}</span></dd></div>
);

function Unanswered({ data, base }: { data: ProjectOverview; base: string }) {
  return (
    <section aria-labelledby="unanswered">
      <h2 id="unanswered">Questions without an answer</h2>
      {data.unanswered.length ? (
        <ul className="plain-list">
          {data.unanswered.map((one) => (
            <li key={one.question} className="activity">
              <Link to={`${base}/ask?question=${encodeURIComponent(one.question)}`}>{one.question}</Link>
              <span className="muted small">{one.count > 1 ? `${one.count} times · ` : ''}<Time at={one.lastAskedAt} /></span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{data.usage.questions7d ? 'Every question of the last days was answered.' : 'Nobody has asked yet.'}</p>
      )}
    </section>
  );
}

function Setup({ data, base }: { data: ProjectOverview; base: string }) {
  const next = data.setup.steps.find((step) => !step.done);
  return (
    <section aria-labelledby="setup">
      <h2 id="setup">Set-up</h2>
      <div className="row">
        <Bar value={data.setup.completed} max={data.setup.total} label="Set-up steps done" tone={next ? 'accent' : 'good'} />
        <span className="muted">{data.setup.completed} of {data.setup.total}</span>
      </div>
      <ol className="checklist">
        {data.setup.steps.map((step) => {
          const [path, verb] = stepPlaces[step.id] ?? ['', 'Open'];
          return (
            <li key={step.id} className={step.done ? 'done' : ''}>
              <span className="tick"><Icon name={step.done ? 'check' : 'dash'} size={14} /></span>
              <span className="grow">{step.label}<span className="sr">{step.done ? ' (done)' : ' (to do)'}</span></span>
              {!step.done && <ButtonLink to={base + path} small kind={step === next ? 'primary' : 'plain'}>{verb}</ButtonLink>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
