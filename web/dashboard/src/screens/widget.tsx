// The widget: its texts and looks at the left, the widget itself at the right, then the line to embed and who may.
import { useEffect, useRef, useState } from 'react';
import type { Project, WidgetConfig } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useGet, useMay } from '../api/queries.ts';
import { Code, Loaded, NeedsRole, Page, Status } from '../ui/basic.tsx';
import { Check, SaveRow, Select, TextArea, TextField, submits, toLines, useDraft } from '../ui/form.tsx';

export function WidgetScreen({ params }: { params: Record<string, string> }) {
  const base = `/v1/projects/${params.projectId}` as const;
  const config = useGet(`${base}/widget-config`);
  const project = useGet(base);
  return (
    <Page title="Widget" lead="A button on your site that opens the chat.">
      <Loaded of={config}>
        {(data) => (
          <>
            <Designer base={base} config={data} />
            <section aria-labelledby="embed" className="narrow">
              <h2 id="embed">Put it into a page</h2>
              <Code text={data.embedCode} label="embed code" />
            </section>
            <Loaded of={project}>{(data) => <Origins base={base} project={data} />}</Loaded>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const modes = [['auto', 'As the visitor’s system'], ['light', 'Light'], ['dark', 'Dark']] as const;
const positions = [['right', 'Bottom right'], ['left', 'Bottom left']] as const;

function Designer({ base, config }: { base: `/v1/projects/${string}`; config: WidgetConfig }) {
  const may = useMay('admin');
  const { draft, changes, changed, set, reset } = useDraft(config);
  const save = useAction(() => api.patch(`${base}/widget-config`, changes), { touches: [base], then: reset });
  const d = draft!;
  const theme = (part: Partial<WidgetConfig['theme']>) => set('theme', { ...d.theme, ...part });
  return (
    <div className="designer">
      <form className="stack" onSubmit={submits(() => save.mutate())}>
        <NeedsRole role="admin" to="change the widget" />
        <fieldset disabled={!may} className="stack">
          <Check label="Widget is on" hint="Off, pages that embed it show nothing." checked={d.enabled} onChange={(e) => set('enabled', e.target.checked)} />
          <TextField label="Title" maxLength={300} value={d.displayName} onChange={(e) => set('displayName', e.target.value)} />
          <TextArea label="Welcome line" rows={2} maxLength={300} value={d.welcomeMessage} onChange={(e) => set('welcomeMessage', e.target.value)} />
          <div className="field-row">
            <TextField label="Colour" type="color" value={d.theme.primaryColor} onChange={(e) => theme({ primaryColor: e.target.value })} />
            <Select label="Look" choices={modes} value={d.theme.mode} onChange={(e) => theme({ mode: e.target.value as WidgetConfig['theme']['mode'] })} />
            <Select label="Place" choices={positions} value={d.theme.position} onChange={(e) => theme({ position: e.target.value as WidgetConfig['theme']['position'] })} />
          </div>
          <TextArea label="Suggested questions" rows={3} hint="One a line, six at most." value={d.suggestedQuestions.join('\n')} onChange={(e) => set('suggestedQuestions', e.target.value.split('\n').slice(0, 6))} />
          <TextArea label="When the documents don’t say" rows={2} maxLength={300} hint="Shown under such an answer: how to reach a person." value={d.contactText ?? ''} onChange={(e) => set('contactText', e.target.value || null)} />
          <Check label="Show sources" hint="File and page under each answer; visitors read the excerpt, not the file." checked={d.showSources} onChange={(e) => set('showSources', e.target.checked)} />
        </fieldset>
        <SaveRow busy={save.isPending} error={save.error} changed={changed} disabled={!may} saved={save.isSuccess} reset={reset} />
      </form>
      <Preview config={d} />
    </div>
  );
}

// The real widget in a box of its own, answering with what it would show.
function Preview({ config }: { config: WidgetConfig }) {
  const place = useRef<HTMLDivElement>(null);
  const shown = JSON.stringify({ ...config, suggestedQuestions: config.suggestedQuestions.filter((q) => q.trim()) });
  useEffect(() => {
    let remove = () => {};
    let stopped = false;
    void import('../../../widget/src/preview.ts').then(({ preview }) => {
      if (!stopped && place.current) remove = preview(place.current, JSON.parse(shown) as WidgetConfig);
    });
    return () => {
      stopped = true;
      remove();
    };
  }, [shown]);
  return <div className="widget-preview" ref={place} role="group" aria-label="Preview of the widget" />;
}

function originTrouble(origin: string): string | null {
  if (!/^https?:\/\//i.test(origin)) return `${origin}: begin with https:// or http://`;
  try {
    const url = new URL(origin);
    if (origin !== url.origin) return `${origin}: browsers send “${url.origin}”, so this entry never matches`;
  } catch {
    return `${origin}: not an origin`;
  }
  return null;
}

function Origins({ base, project }: { base: `/v1/projects/${string}`; project: Project }) {
  const may = useMay('admin');
  const [text, setText] = useState(project.allowedOrigins.join('\n'));
  useEffect(() => setText(project.allowedOrigins.join('\n')), [project.allowedOrigins]);
  const origins = toLines(text);
  const save = useAction(() => api.patch(base, { allowedOrigins: origins }), { touches: [base] });
  const troubles = origins.map(originTrouble).filter((trouble) => trouble !== null);
  return (
    <section aria-labelledby="origins" className="narrow">
      <h2 id="origins">Who may embed it</h2>
      <p className="muted">
        Origins are compared letter by letter with what the browser sends: scheme, host and port, no slash at the end. <code>https://example.com</code> and <code>https://www.example.com</code> are two.
      </p>
      {!project.allowedOrigins.length && <p><Status tone="warn" icon="warning">No origins: browsers are refused, servers are not.</Status></p>}
      <form className="stack" onSubmit={submits(() => save.mutate())}>
        <fieldset disabled={!may} className="stack">
          <TextArea label="Allowed origins" rows={3} placeholder="https://www.example.com" value={text} onChange={(e) => setText(e.target.value)} hint={troubles.length ? <ul className="plain-list warn-text">{troubles.map((t) => <li key={t}>{t}</li>)}</ul> : 'One a line.'} />
        </fieldset>
        <NeedsRole role="admin" to="change origins" />
        <SaveRow busy={save.isPending} error={save.error} changed={origins.join('\n') !== project.allowedOrigins.join('\n')} disabled={!may} saved={save.isSuccess} />
      </form>
    </section>
  );
}
