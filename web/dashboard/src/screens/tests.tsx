// Saved questions with what is expected of their answers, and runs of them.
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Expectation, TestPrompt } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useGet, useList, useMay } from '../api/queries.ts';
import { Bar, Button, Empty, Loaded, More, NeedsRole, Page, Problem, Status, Table, Time, personName } from '../ui/basic.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select, TextArea, submits, toLines } from '../ui/form.tsx';
import { duration } from '../ui/format.ts';
import { sourceLine } from '../ui/source_line.ts';
import { RunView } from './test_run.tsx';

export function Tests({ params }: { params: Record<string, string> }) {
  const projectId = params.projectId!;
  return params.runId ? <RunView projectId={projectId} runId={params.runId} /> : <Saved projectId={projectId} />;
}

function Saved({ projectId }: { projectId: string }) {
  const base = `/v1/projects/${projectId}` as const;
  const prompts = useGet(`${base}/test-prompts`);
  const [editing, setEditing] = useState<TestPrompt | 'new' | null>(null);
  const [, go] = useLocation();
  const may = useMay('admin');
  const run = useAction(() => api.post(`${base}/test-runs`, {}), {
    touches: [base],
    then: (started) => go(`/projects/${projectId}/tests/${started.runId}`),
  });
  const add = useAction((prompt: string) => api.post(`${base}/test-prompts`, { prompt, expect: { answered: true } }), { touches: [`${base}/test-prompts`] });
  return (
    <Page
      title="Tests"
      lead="Questions that must keep their answers when documents or settings change."
      actions={
        <>
          <Button disabled={!may} onClick={() => setEditing('new')} icon="plus">Add test</Button>
          <Button kind="primary" busy={run.isPending} disabled={!prompts.data?.saved.length} onClick={() => run.mutate()}>Run all</Button>
        </>
      }
    >
      <NeedsRole role="admin" to="add and change tests; you can run them" />
      {run.error && <Problem error={run.error} />}
      <Loaded of={prompts}>
        {(data) => (
          <>
            {data.saved.length ? (
              <PromptTable saved={data.saved} onOpen={may ? setEditing : null} />
            ) : (
              <Empty title="No tests yet">Save a question from Ask or from a conversation, or take one of the suggestions.</Empty>
            )}
            {data.suggested.length > 0 && (
              <section aria-labelledby="suggested">
                <h2 id="suggested">Suggested from the documents</h2>
                {add.error && <Problem error={add.error} />}
                <ul className="plain-list card">
                  {data.suggested.map((one) => (
                    <li key={one.prompt} className="activity">
                      <span className="grow">{one.prompt}</span>
                      <Button small disabled={!may || add.isPending} onClick={() => add.mutate(one.prompt)}>Add<span className="sr"> {one.prompt}</span></Button>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <History projectId={projectId} />
          </>
        )}
      </Loaded>
      {editing && <PromptDialog base={base} prompt={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  );
}

export const ResultWord = ({ passed }: { passed: boolean | null }) =>
  passed === null ? <Status tone="neutral">Not graded</Status> : passed ? <Status tone="good">Pass</Status> : <Status tone="bad" icon="cross">Fail</Status>;

export function expectWords(expect: Expectation | null): string {
  if (!expect) return 'nothing: shown, not graded';
  const parts: string[] = [];
  if (expect.answered === true) parts.push('an answer');
  if (expect.answered === false) parts.push('no answer');
  if (expect.contains?.length) parts.push(`says ${expect.contains.map((word) => `“${word}”`).join(', ')}`);
  if (expect.notContains?.length) parts.push(`not ${expect.notContains.map((word) => `“${word}”`).join(', ')}`);
  for (const { filename, pageNumber } of expect.sources ?? []) parts.push(`cites ${filename}${pageNumber ? ` page ${pageNumber}` : ''}`);
  return parts.join(' · ') || 'nothing: shown, not graded';
}

function PromptTable({ saved, onOpen }: { saved: TestPrompt[]; onOpen: ((prompt: TestPrompt) => void) | null }) {
  return (
    <Table label="Tests">
        <thead><tr><th>Question</th><th>Expected</th><th>Last result</th><th>Added</th></tr></thead>
        <tbody>
          {saved.map((one) => (
            <tr key={one.promptId}>
              <td>{onOpen ? <button type="button" className="link" onClick={() => onOpen(one)}>{one.prompt}</button> : one.prompt}</td>
              <td className="muted">{expectWords(one.expect)}</td>
              <td>{one.lastResult ? <ResultWord passed={one.lastResult === 'pass'} /> : <span className="muted">Not run</span>}</td>
              <td><Time at={one.createdAt} /> <span className="muted">by {personName(one.createdBy)}</span></td>
            </tr>
          ))}
        </tbody>
      </Table>
  );
}

function History({ projectId }: { projectId: string }) {
  const runs = useList(`/v1/projects/${projectId}/test-runs`, 'runs', {}, (rows) => (rows.some((run) => run.status === 'running') ? 1500 : false));
  if (!runs.rows.length) return null;
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      <Table label="Runs">
          <thead><tr><th>Started</th><th>Result</th><th className="number">Passed</th><th className="number">Failed</th><th className="number">Not graded</th><th className="number">Took</th></tr></thead>
          <tbody>
            {runs.rows.map((run) => (
              <tr key={run.runId}>
                <td><Link to={`/projects/${projectId}/tests/${run.runId}`}><Time at={run.startedAt} /></Link></td>
                <td>
                  {run.status === 'running' ? <Bar value={run.summary.done} max={run.summary.total} label="Run" /> : <ResultWord passed={run.summary.failed ? false : run.summary.passed ? true : null} />}
                </td>
                <td className="number">{run.summary.passed}</td>
                <td className="number">{run.summary.failed}</td>
                <td className="number">{run.summary.ungraded}</td>
                <td className="number">{duration(run.durationMs)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      <More list={runs} />
    </section>
  );
}

const answeredChoices = [['', 'either'], ['true', 'an answer'], ['false', 'no answer']] as const;

function PromptDialog({ base, prompt, onClose }: { base: `/v1/projects/${string}`; prompt: TestPrompt | null; onClose: () => void }) {
  const [text, setText] = useState(prompt?.prompt ?? '');
  const [answered, setAnswered] = useState(prompt ? String(prompt.expect?.answered ?? '') : 'true');
  const [contains, setContains] = useState(prompt?.expect?.contains?.join('\n') ?? '');
  const [notContains, setNotContains] = useState(prompt?.expect?.notContains?.join('\n') ?? '');
  const [sources, setSources] = useState(prompt?.expect?.sources?.map((s) => (s.pageNumber ? `${s.filename} ${s.pageNumber}` : s.filename)).join('\n') ?? '');
  const done = { touches: [`${base}/test-prompts`], then: onClose };
  const save = useAction(() => {
    const expect: Expectation = {
      answered: answered ? answered === 'true' : null,
      contains: toLines(contains),
      notContains: toLines(notContains),
      sources: toLines(sources).map(sourceLine),
    };
    const body = { prompt: text.trim(), expect };
    return prompt ? api.patch(`${base}/test-prompts/${prompt.promptId}`, body) : api.post(`${base}/test-prompts`, body);
  }, done);
  const remove = useAction(() => api.delete(`${base}/test-prompts/${prompt!.promptId}`), done);
  return (
    <Dialog title={prompt ? 'Test' : 'New test'} onClose={onClose}>
      <form className="stack" onSubmit={submits(() => save.mutate())}>
        <TextArea label="Question" required rows={2} value={text} onChange={(e) => setText(e.target.value)} />
        <Select label="Expected" choices={answeredChoices} value={answered} onChange={(e) => setAnswered(e.target.value)} />
        <TextArea label="The answer says" rows={2} hint="One text a line; all must occur." value={contains} onChange={(e) => setContains(e.target.value)} />
        <TextArea label="The answer does not say" rows={2} hint="One text a line." value={notContains} onChange={(e) => setNotContains(e.target.value)} />
        <TextArea label="It cites" rows={2} hint="One file a line, with a page if it matters: billing-faq.pdf 2" value={sources} onChange={(e) => setSources(e.target.value)} />
        {(save.error ?? remove.error) && <Problem error={(save.error ?? remove.error)!} />}
        <div className="row end">
          {prompt && <Button icon="trash" busy={remove.isPending} onClick={() => remove.mutate()}>Delete test</Button>}
          <Button kind="primary" type="submit" busy={save.isPending} disabled={!text.trim()}>Save</Button>
        </div>
      </form>
    </Dialog>
  );
}
