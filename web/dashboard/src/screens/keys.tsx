import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { ApiKey, CreatedKey, Environment, Project } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useList, useMay } from '../api/queries.ts';
import { Button, ButtonLink, Empty, More, NeedsRole, Page, Problem, Skeleton, Status, Table, Time, personName } from '../ui/basic.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { Filter, Select, TextField, submits } from '../ui/form.tsx';
import { NewKey } from './deploy.tsx';

export function Keys() {
  const [search, setSearch] = useSearchParams();
  const projectId = search.get('projectId') ?? '';
  const may = useMay('admin');
  const keys = useList('/v1/keys', 'keys');
  const projects = useList('/v1/projects', 'projects', { limit: 100 });
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [rotating, setRotating] = useState<Project | null>(null);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const rows = keys.rows.filter((key) => !projectId || key.projectId === projectId);
  const revoke = useAction((key: ApiKey) => api.delete(`/v1/projects/${key.projectId}/keys/${key.keyId}`), { touches: ['/v1/keys', '/v1/projects'], then: () => setRevoking(null) });
  const rotate = useAction((project: Project) => api.post(`/v1/projects/${project.projectId}/keys/rotate`), {
    touches: ['/v1/keys', '/v1/projects'],
    then: (key) => { setRotating(null); setCreated(key); },
  });
  const chosen = projects.rows.find((project) => project.projectId === projectId);
  return (
    <Page
      title="Keys"
      lead="Servers use keys. Pages with the widget need none."
      actions={
        <>
          {chosen && <Button disabled={!may || !rows.some((key) => key.status === 'active' && key.environment === 'live')} onClick={() => setRotating(chosen)}>Rotate live key</Button>}
          <Button kind="primary" icon="plus" disabled={!may || !projects.rows.length} onClick={() => setCreating(true)}>Create key</Button>
        </>
      }
    >
      <NeedsRole role="admin" to="create, rotate and revoke keys" />
      <div className="row filters">
        <Filter label="Project" value={projectId} onChange={(v) => setSearch(v ? { projectId: v } : {})} choices={[['', 'All projects'], ...projects.rows.map((p) => [p.projectId, p.name] as const)]} />
      </div>
      {keys.error && !keys.data ? <Problem error={keys.error} retry={() => keys.refetch()} /> : keys.isPending ? <Skeleton /> : rows.length ? (
        <Table label="Keys">
            <thead><tr><th>Key</th><th>Project</th><th>Environment</th><th>Status</th><th>Last used</th><th>Created</th><th><span className="sr">Actions</span></th></tr></thead>
            <tbody>
              {rows.map((key) => (
                <tr key={key.keyId} className={key.status === 'revoked' ? 'faded' : ''}>
                  <td><code>{key.prefix}…</code>{key.name && <span className="muted"> {key.name}</span>}</td>
                  <td>{key.projectName}</td>
                  <td>{key.environment === 'live' ? 'Live' : 'Test'}</td>
                  <td>{key.status === 'active' ? <Status tone="good">Active</Status> : <Status tone="neutral" icon="cross">Revoked <Time at={key.revokedAt} /></Status>}</td>
                  <td><Time at={key.lastUsedAt} none="never" /></td>
                  <td><Time at={key.createdAt} /> <span className="muted">by {personName(key.createdBy)}</span></td>
                  <td>{key.status === 'active' && <Button small kind="quiet" disabled={!may} onClick={() => setRevoking(key)}>Revoke<span className="sr"> {key.prefix}</span></Button>}</td>
                </tr>
              ))}
            </tbody>
          </Table>
      ) : (
        <Empty title="No keys yet" action={chosen ? <ButtonLink to={`/projects/${chosen.projectId}/deploy`}>Deploy</ButtonLink> : null}>
          The first live key comes with a deployment. Test keys can be made before.
        </Empty>
      )}
      <More list={keys} />
      {creating && <CreateDialog projects={projects.rows} projectId={projectId} onClose={() => setCreating(false)} onCreated={(key) => { setCreating(false); setCreated(key); }} />}
      {created && <Dialog title="Key created" onClose={() => setCreated(null)}><NewKey apiKey={created.apiKey} onStored={() => setCreated(null)} /></Dialog>}
      {revoking && (
        <Confirm title="Revoke key" verb="Revoke key" {...(revoking.environment === 'live' ? { typed: revoking.prefix } : {})} busy={revoke.isPending} error={revoke.error} onConfirm={() => revoke.mutate(revoking)} onClose={() => setRevoking(null)}>
          <p>The next request with <code>{revoking.prefix}…</code> is refused. Last used <Time at={revoking.lastUsedAt} none="never" />. This cannot be undone.</p>
        </Confirm>
      )}
      {rotating && (
        <Confirm title={`Rotate the live key of ${rotating.name}`} verb="Rotate key" busy={rotate.isPending} error={rotate.error} onConfirm={() => rotate.mutate(rotating)} onClose={() => setRotating(null)}>
          <p>Every live key of the project stops working at once, and one new key is issued.</p>
        </Confirm>
      )}
    </Page>
  );
}

const environments = [['live', 'Live'], ['test', 'Test: answers, is not billed, 1,000 questions a day']] as const;

function CreateDialog({ projects, projectId, onClose, onCreated }: { projects: Project[]; projectId: string; onClose: () => void; onCreated: (key: CreatedKey) => void }) {
  const [project, setProject] = useState(projectId || projects[0]!.projectId);
  const [environment, setEnvironment] = useState<Environment>('live');
  const [name, setName] = useState('');
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const create = useAction(() => api.post(`/v1/projects/${project}/keys`, { environment, ...(name.trim() ? { name: name.trim() } : {}) }, { idempotencyKey }), {
    touches: ['/v1/keys', '/v1/projects'],
    then: onCreated,
  });
  return (
    <Dialog title="Create a key" onClose={onClose}>
      <form className="stack" onSubmit={submits(() => create.mutate())}>
        <Select label="Project" choices={projects.map((p) => [p.projectId, p.name] as const)} value={project} onChange={(e) => setProject(e.target.value)} />
        <Select label="Environment" choices={environments} value={environment} onChange={(e) => setEnvironment(e.target.value as Environment)} />
        <TextField label="Name" maxLength={80} value={name} onChange={(e) => setName(e.target.value)} hint="Where it will be used." />
        {create.error && <Problem error={create.error} />}
        <div className="row end"><Button kind="primary" type="submit" busy={create.isPending}>Create key</Button></div>
      </form>
    </Dialog>
  );
}
