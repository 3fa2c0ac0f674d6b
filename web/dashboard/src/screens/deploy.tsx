// From draft to live: what is ready, what changes for users, and then the key, once.
import { useState } from 'react';
import { Link } from 'wouter';
import type { Readiness } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useGet, useMay } from '../api/queries.ts';
import { Button, Code, Copy, Loaded, NeedsRole, Page, Problem, Status, Time, personName } from '../ui/basic.tsx';
import { Check } from '../ui/form.tsx';
import { plural } from '../ui/format.ts';

export function Deploy({ params }: { params: Record<string, string> }) {
  const base = `/v1/projects/${params.projectId}` as const;
  const readiness = useGet(`${base}/deploy-readiness`);
  const overview = useGet(`${base}/overview`);
  const may = useMay('admin');
  const [idempotencyKey, setIdempotencyKey] = useState(() => crypto.randomUUID());
  const deploy = useAction(() => api.post(`${base}/deploy`, {}, { idempotencyKey }), {
    touches: ['/v1/projects', '/v1/keys', '/v1/dashboard'],
  });
  const last = overview.data?.lastDeployment;
  if (deploy.data) {
    return (
      <Page title="Deployed" lead={deploy.data.message}>
        <NewKey apiKey={deploy.data.apiKey} onStored={() => { deploy.reset(); setIdempotencyKey(crypto.randomUUID()); }} />
        <Snippets base={base} />
      </Page>
    );
  }
  return (
    <Page title="Deploy" lead={last ? <>Last deployed <Time at={last.deployedAt} /> by {personName(last.deployedBy)}, key <code>{last.keyPrefix}…</code></> : overview.data ? 'Not deployed. Only your team can ask.' : '\u00a0'}>
      <Loaded of={readiness}>
        {(data) => (
          <div className="columns">
            <section aria-labelledby="ready">
              <h2 id="ready">Readiness</h2>
              <ul className="checklist">
                {data.checks.map((check) => (
                  <li key={check.id}>
                    <Status tone={({ pass: 'good', warn: 'warn', fail: 'bad' } as const)[check.status]} icon={({ pass: 'check', warn: 'warning', fail: 'cross' } as const)[check.status]}>
                      {({ pass: 'Ready', warn: 'Check', fail: 'Blocked' } as const)[check.status]}
                    </Status>
                    <span className="grow">
                      {check.label}
                      {check.detail && <span className="small muted block">{check.detail}</span>}
                    </span>
                    {check.status !== 'pass' && <Link className="button plain small" to={`/projects/${params.projectId}${fixPlace(check.id)}`}>Fix<span className="sr"> {check.label}</span></Link>}
                  </li>
                ))}
              </ul>
            </section>
            <section aria-labelledby="changes">
              <h2 id="changes">What changes</h2>
              <Changes data={data} />
              {deploy.error && <Problem error={deploy.error} />}
              <NeedsRole role="admin" to="deploy" />
              <Button kind="primary" icon="rocket" busy={deploy.isPending} disabled={!may || !data.ready} onClick={() => deploy.mutate()}>
                {last ? 'Deploy again' : 'Deploy'}
              </Button>
              {data.blockers.map((blocker) => <p key={blocker.code} className="bad-text small blocker">{blocker.message}</p>)}
            </section>
          </div>
        )}
      </Loaded>
      {/* After what stands above it, which would move it when it comes. */}
      {last && readiness.data && <Snippets base={base} />}
    </Page>
  );
}

function fixPlace(id: string): string {
  if (/origin|widget/.test(id)) return '/widget';
  if (/test|prompt/.test(id)) return '/tests';
  return '/documents';
}

function Changes({ data: { changes } }: { data: Readiness }) {
  const live = changes.keysToRevoke;
  return (
    <ul className="bullets">
      <li>A new live key is issued and shown once.</li>
      {live.length > 0 && (
        <li>
          {plural(live.length, 'key stops', 'keys stop')} working at once: {live.map((key, i) => <span key={key.keyId}>{i > 0 && ', '}<code>{key.prefix}…</code></span>)}. Servers that use {live.length === 1 ? 'it' : 'them'} are refused until they have the new one.
        </li>
      )}
      {changes.documentsToConfirm > 0 && <li>{plural(changes.documentsToConfirm, 'upload')} will be checked and taken in.</li>}
      {changes.documentsToIndex > 0 && <li>{plural(changes.documentsToIndex, 'document')} will be indexed; the others answer meanwhile.</li>}
    </ul>
  );
}

export function NewKey({ apiKey, onStored }: { apiKey: string; onStored: () => void }) {
  const [stored, setStored] = useState(false);
  return (
    <section className="card new-key" aria-label="New key">
      <h2>Your new key</h2>
      <p className="muted">Copy it now. It is not shown again, and we cannot look it up.</p>
      <div className="key-line">
        <code data-testid="api-key">{apiKey}</code>
        <Copy text={apiKey} label="Copy key" showLabel />
      </div>
      <Check label="I have stored the key" checked={stored} onChange={(event) => setStored(event.target.checked)} />
      <Button kind="primary" disabled={!stored} onClick={onStored}>Done</Button>
    </section>
  );
}

const languages = [['curl', 'curl'], ['javascript', 'JavaScript'], ['python', 'Python']] as const;

function Snippets({ base }: { base: `/v1/projects/${string}` }) {
  const may = useMay('admin');
  const integration = useGet(`${base}/integration`, {}, { enabled: may });
  const [language, setLanguage] = useState<'curl' | 'javascript' | 'python'>('curl');
  if (!may) return null;
  return (
    <section aria-labelledby="integrate">
      <h2 id="integrate">Use it</h2>
      <Loaded of={integration} lines={4}>
        {(data) => (
          <>
            <div className="segments" role="group" aria-label="Language">
              {languages.map(([id, label]) => (
                <button key={id} type="button" aria-pressed={language === id} onClick={() => setLanguage(id)}>{label}</button>
              ))}
            </div>
            <Code text={data.examples[language]} label={`${language} example`} />
            <h3>In a web page</h3>
            <p className="muted">The page holds no key. Its origin must be listed under Widget.</p>
            <Code text={data.widget.embedCode} label="embed code" />
          </>
        )}
      </Loaded>
    </section>
  );
}
