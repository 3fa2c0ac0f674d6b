// One run: which expectation failed, and what changed in answers and sources since the run before.
import { Link } from 'wouter';
import type { RunResult, Source } from '../../../shared/api.ts';
import { useGet, useList } from '../api/queries.ts';
import { Answer, whereIs } from '../ui/answer.tsx';
import { Bar, Loaded, Page, Status, Table, Time } from '../ui/basic.tsx';
import { difference } from '../ui/difference.ts';
import { duration } from '../ui/format.ts';
import { ResultWord } from './tests.tsx';

export function RunView({ projectId, runId }: { projectId: string; runId: string }) {
  const base = `/v1/projects/${projectId}/test-runs` as const;
  const run = useGet(`${base}/${runId}`, {}, { pollMs: (data) => (data?.status === 'running' ? 1000 : false) });
  const runs = useList(base, 'runs', { limit: 100 });
  const at = runs.rows.findIndex((one) => one.runId === runId);
  const before = at >= 0 ? runs.rows[at + 1] : undefined;
  const previous = useGet(`${base}/${before?.runId ?? ''}`, {}, { enabled: !!before });
  return (
    <Loaded of={run}>
      {(data) => (
        <Page
          title="Test run"
          lead={<><Time at={data.startedAt} /> · {data.summary.passed} passed, {data.summary.failed} failed, {data.summary.ungraded} not graded{data.durationMs !== null && <> · {duration(data.durationMs)}</>}</>}
          actions={<Link to={`/projects/${projectId}/tests`} className="button plain">All tests</Link>}
        >
          <p className="sr" role="status">{data.status === 'running' ? `${data.summary.done} of ${data.summary.total} done` : 'Run finished'}</p>
          {data.status === 'running' && <Bar value={data.summary.done} max={data.summary.total} label="Questions asked" />}
          <ol className="plain-list results">
            {failuresFirst(data.results ?? []).map((result, i) => (
              <Result key={result.promptId ?? i} result={result} previous={before && previous.data?.runId === before.runId ? previous.data.results?.find((r) => r.prompt === result.prompt) : undefined} />
            ))}
          </ol>
        </Page>
      )}
    </Loaded>
  );
}

const order = (result: RunResult) => (result.passed === false || result.error ? 0 : result.passed === null ? 1 : 2);
const failuresFirst = (results: RunResult[]) => [...results].sort((a, b) => order(a) - order(b));

function Result({ result, previous }: { result: RunResult; previous: RunResult | undefined }) {
  return (
    <li className="card result">
      <header className="row">
        <h2 className="grow">{result.prompt}</h2>
        <ResultWord passed={result.error ? false : result.passed} />
        <span className="muted small">{duration(result.latencyMs)}</span>
      </header>
      {result.error && <p className="bad-text">{result.error}</p>}
      {result.failures.length > 0 && (
        <Table label="What was expected">
          <thead><tr><th>Expectation</th><th>Expected</th><th>Got</th></tr></thead>
          <tbody>
            {result.failures.map((failure, i) => (
              <tr key={i}><td>{failure.expectation}</td><td>{failure.expected}</td><td>{failure.got}</td></tr>
            ))}
          </tbody>
        </Table>
      )}
      {result.answer && <Answer text={result.answer} sources={result.sources} citations={result.citations} />}
      <Sources sources={result.sources} />
      {previous && <Changes now={result} before={previous} />}
    </li>
  );
}

const Sources = ({ sources }: { sources: Source[] }) =>
  sources.length ? (
    <ol className="source-line small muted">{sources.map((source, i) => <li key={i}>{whereIs(source)}</li>)}</ol>
  ) : null;

function Changes({ now, before }: { now: RunResult; before: RunResult }) {
  const names = (result: RunResult) => result.sources.map(whereIs);
  const added = names(now).filter((name) => !names(before).includes(name));
  const removed = names(before).filter((name) => !names(now).includes(name));
  const words = now.answer !== before.answer;
  if (!words && !added.length && !removed.length) return <p className="small muted">Same answer and sources as the run before.</p>;
  return (
    <details className="changes">
      <summary><Status tone="accent" icon="activity">Changed since the run before</Status></summary>
      {words && <p className="diff"><Difference before={before.answer ?? ''} now={now.answer ?? ''} /></p>}
      {added.map((name) => <p key={name}><ins>{name}</ins></p>)}
      {removed.map((name) => <p key={name}><del>{name}</del></p>)}
    </details>
  );
}

function Difference({ before, now }: { before: string; now: string }) {
  return difference(before, now).map(([kind, words], i) =>
    kind === 'same' ? <span key={i}>{words}</span> : kind === 'added' ? <ins key={i}>{words}</ins> : <del key={i}>{words}</del>,
  );
}
