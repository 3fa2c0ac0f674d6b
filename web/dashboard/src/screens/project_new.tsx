import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { Button, Page, Problem } from '../ui/basic.tsx';
import { TextArea, TextField, submits } from '../ui/form.tsx';

export function ProjectNew() {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [, go] = useLocation();
  const create = useAction(
    () => api.post('/v1/projects', { name: name.trim(), ...(description.trim() ? { description: description.trim() } : {}) }, { idempotencyKey }),
    { touches: ['/v1/projects', '/v1/dashboard'], then: (project) => go(`/projects/${project.projectId}/documents`) },
  );
  return (
    <Page title="New project" lead="A project is one chatbot with its own documents, keys and conversations.">
      <form className="stack narrow" onSubmit={submits(() => create.mutate())}>
        <TextField label="Name" required autoFocus maxLength={80} value={name} onChange={(e) => setName(e.target.value)} placeholder="Billing help" />
        <TextArea label="Description" maxLength={500} value={description} onChange={(e) => setDescription(e.target.value)} hint="For your team. Visitors do not see it." />
        {create.error && <Problem error={create.error} />}
        <div className="row"><Button kind="primary" type="submit" busy={create.isPending} disabled={!name.trim()}>Create project</Button></div>
      </form>
    </Page>
  );
}
