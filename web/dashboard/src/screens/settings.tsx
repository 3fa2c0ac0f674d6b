// The company's name, and the settings that a new project starts from.
import { useState } from 'react';
import type { Company, WorkspaceSettings } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useCompany, useGet, useMay } from '../api/queries.ts';
import { CopyId, Loaded, NeedsRole, Page } from '../ui/basic.tsx';
import { SaveRow, Select, TextArea, TextField, submits, toLines, useDraft } from '../ui/form.tsx';

export function Settings() {
  const company = useCompany();
  const settings = useGet('/v1/companies/settings');
  return (
    <Page title="Settings">
      <NeedsRole role="admin" to="change settings" />
      <Loaded of={company} lines={2}>{(data) => <CompanyForm company={data} />}</Loaded>
      <h2>Defaults for new projects</h2>
      <Loaded of={settings}>{(data) => <DefaultsForm settings={data} />}</Loaded>
    </Page>
  );
}

function CompanyForm({ company }: { company: Company }) {
  const may = useMay('admin');
  const { draft, changes, changed, set, reset } = useDraft(company);
  const save = useAction(() => api.patch('/v1/companies/me', { name: changes.name }), { touches: ['/v1/companies/me'], then: reset });
  return (
    <form className="stack narrow" onSubmit={submits(() => save.mutate())}>
      <fieldset disabled={!may} className="stack">
        <TextField label="Company" required maxLength={80} value={draft!.name} onChange={(e) => set('name', e.target.value)} />
      </fieldset>
      <p className="small muted">Company id <CopyId id={company.companyId} /></p>
      <SaveRow busy={save.isPending} error={save.error} changed={changed} disabled={!may} saved={save.isSuccess} reset={reset} />
    </form>
  );
}

export function ModelSelect({ value, onChange }: { value: string | null; onChange: (model: string | null) => void }) {
  const models = useGet('/v1/models');
  const choices = [['', 'Default of this server'] as const, ...(models.data?.models ?? []).map((one) => [one.model, one.label] as const)];
  const chosen = models.data?.models.find((one) => one.model === value);
  return (
    <Select
      label="Answers by"
      choices={choices}
      value={value ?? ''}
      onChange={(e) => onChange(e.target.value || null)}
      hint={chosen?.leavesMachine ? 'Questions and passages leave this machine for this model.' : 'Questions and passages stay on this machine.'}
    />
  );
}

function DefaultsForm({ settings }: { settings: WorkspaceSettings }) {
  const may = useMay('admin');
  const { draft, changes, changed, set, reset } = useDraft(settings);
  const [origins, setOrigins] = useState(settings.allowedOrigins.join('\n'));
  const save = useAction(() => api.patch('/v1/companies/settings', changes), { touches: ['/v1/companies/settings'], then: reset });
  const d = draft!;
  return (
    <form className="stack narrow" onSubmit={submits(() => save.mutate())}>
      <fieldset disabled={!may} className="stack">
        <TextArea label="Allowed origins" rows={3} hint="One a line: pages that may embed the widget." value={origins} onChange={(e) => { setOrigins(e.target.value); set('allowedOrigins', toLines(e.target.value)); }} />
        <TextArea label="Instructions for the model" rows={4} maxLength={8000} hint="Tone and scope. What the documents say always comes first." value={d.systemPrompt} onChange={(e) => set('systemPrompt', e.target.value)} />
        <ModelSelect value={d.model} onChange={(model) => set('model', model)} />
        <TextField label="Longest question" type="number" min={1} max={10000} value={d.questionMaxLength} onChange={(e) => set('questionMaxLength', Number(e.target.value))} hint="Characters." />
        <TextField label="Keep conversations" type="number" min={0} max={3650} value={d.retentionDays ?? ''} onChange={(e) => set('retentionDays', e.target.value === '' ? null : Number(e.target.value))} hint="Days. Empty keeps them; 0 stores none. Applies to every project." />
      </fieldset>
      <SaveRow busy={save.isPending} error={save.error} changed={changed} disabled={!may} saved={save.isSuccess} reset={() => { reset(); setOrigins(settings.allowedOrigins.join('\n')); }} />
    </form>
  );
}
