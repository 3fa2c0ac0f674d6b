import { useState } from 'react';
import { useLocation } from 'wouter';
import { useQuery } from '@tanstack/react-query';
import type { Indexing, Project, Retrieval } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useGet, useMay } from '../api/queries.ts';
import { serverConfig } from '../session/cognito.ts';
import { Button, CopyId, Loaded, NeedsRole, Page } from '../ui/basic.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Check, SaveRow, Select, TextArea, TextField, submits, useDraft } from '../ui/form.tsx';
import { notify } from '../ui/notice.tsx';
import { ModelSelect } from './settings.tsx';

export function ProjectSettings({ params }: { params: Record<string, string> }) {
  const project = useGet(`/v1/projects/${params.projectId}`);
  return (
    <Page title="Settings">
      <Loaded of={project}>{(data) => <><Form project={data} /><Archive project={data} /></>}</Loaded>
    </Page>
  );
}

const searches = [['hybrid', 'Words and meaning'], ['keyword', 'Words only'], ['semantic', 'Meaning only']] as const;

function Form({ project }: { project: Project }) {
  const base = `/v1/projects/${project.projectId}` as const;
  const may = useMay('admin');
  const config = useQuery({ queryKey: ['/config'], queryFn: serverConfig });
  const { draft, changes, changed, set, reset } = useDraft(project);
  const save = useAction(() => api.patch(base, changes), { touches: [base, '/v1/projects', '/v1/dashboard'], then: reset });
  const d = draft!;
  const retrieval = (part: Partial<Retrieval>) => set('retrieval', { ...d.retrieval, ...part });
  const indexing = (part: Partial<Indexing>) => set('indexing', { ...d.indexing, ...part });
  return (
    <form className="stack narrow" onSubmit={submits(() => save.mutate())}>
      <NeedsRole role="admin" to="change settings" />
      <fieldset disabled={!may} className="stack">
        <TextField label="Name" required maxLength={80} value={d.name} onChange={(e) => set('name', e.target.value)} />
        <TextArea label="Description" rows={2} maxLength={500} value={d.description} onChange={(e) => set('description', e.target.value)} />
        <TextArea label="Instructions for the model" rows={5} maxLength={8000} value={d.systemPrompt} onChange={(e) => set('systemPrompt', e.target.value)} hint="Tone and scope. What the documents say always comes first." />
        <ModelSelect value={d.model} onChange={(model) => set('model', model)} />
        <TextField label="Longest question" type="number" min={1} max={10000} value={d.questionMaxLength} onChange={(e) => set('questionMaxLength', Number(e.target.value))} hint="Characters." />
        <h2>Retrieval</h2>
        <div className="field-row">
          <Select label="Search by" choices={searches} value={d.retrieval.searchType} onChange={(e) => retrieval({ searchType: e.target.value as Retrieval['searchType'] })} />
          <TextField label="Passages per answer" type="number" min={1} max={50} value={d.retrieval.topK} onChange={(e) => retrieval({ topK: Number(e.target.value) })} />
          <TextField label="Least score" type="number" min={0} max={1} step={0.01} value={d.retrieval.minScore ?? ''} onChange={(e) => retrieval({ minScore: e.target.value === '' ? null : Number(e.target.value) })} hint="0 to 1; below it, no answer. Empty: fitted to each question. On documents that we measured, questions wrongly refused and wrongly answered: empty 3 % and 3 %; 0.22: 1 % and 11 %; 0.3: 4 % and 4 %; 0.4: 16 % and 1 %." />
        </div>
        <Check label="Rerank passages" hint={config.data?.features.rerank ? 'Slower, more exact.' : 'No reranker is configured on this server.'} disabled={!config.data?.features.rerank} checked={d.retrieval.rerank} onChange={(e) => retrieval({ rerank: e.target.checked })} />
        <h2>Indexing</h2>
        <p className="muted">A change re-indexes the documents in the background; the old index answers meanwhile.</p>
        <div className="field-row">
          <TextField label="Passage length" type="number" min={64} max={512} value={d.indexing.chunkTokens} onChange={(e) => indexing({ chunkTokens: Number(e.target.value) })} hint="Tokens, 64 to 512." />
          <TextField label="Overlap" type="number" min={0} max={Math.floor(d.indexing.chunkTokens / 2)} value={d.indexing.chunkOverlap} onChange={(e) => indexing({ chunkOverlap: Number(e.target.value) })} hint="Tokens." />
        </div>
        <Check label="Read scanned pages (OCR)" hint={config.data?.features.ocr ? 'About 2 s a page.' : 'No OCR engine is configured on this server.'} disabled={!config.data?.features.ocr} checked={d.indexing.ocr === 'auto'} onChange={(e) => indexing({ ocr: e.target.checked ? 'auto' : 'off' })} />
      </fieldset>
      <p className="small muted">Project id <CopyId id={project.projectId} /></p>
      <SaveRow busy={save.isPending} error={save.error} changed={changed} disabled={!may} saved={save.isSuccess} reset={reset} />
    </form>
  );
}

function Archive({ project }: { project: Project }) {
  const may = useMay('admin');
  const [asking, setAsking] = useState(false);
  const [, go] = useLocation();
  const archive = useAction(() => api.delete(`/v1/projects/${project.projectId}`), {
    touches: ['/v1/projects', '/v1/dashboard'],
    then: () => {
      notify(`${project.name} is archived.`);
      go('/');
    },
  });
  return (
    <section className="narrow danger-zone" aria-labelledby="archive">
      <h2 id="archive">Archive</h2>
      <p className="muted">Keys stop working and the widget disappears at once. Conversations stay readable; later everything is erased.</p>
      <NeedsRole role="admin" to="archive a project" />
      <Button kind="danger" disabled={!may} onClick={() => setAsking(true)}>Archive project</Button>
      {asking && (
        <Confirm title={`Archive ${project.name}`} verb="Archive" typed={project.name} busy={archive.isPending} error={archive.error} onConfirm={() => archive.mutate()} onClose={() => setAsking(false)}>
          <p>Its keys are revoked and cannot be brought back.</p>
        </Confirm>
      )}
    </section>
  );
}
