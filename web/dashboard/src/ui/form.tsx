// Form controls: a label, a hint and an error that belong to the control, and one way to save a draft of a record.
import { useEffect, useId, useState, type FormEvent, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import type { ApiError } from '../api/client.ts';
import { Button, Problem } from './basic.tsx';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined }) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noted = hint || error;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': noted ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {noted && (
        <div id={`${id}-note`} className={error ? 'note bad' : 'note'}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}

type Noted = { label: string; hint?: ReactNode; error?: string | null | undefined };

export function TextField({ label, hint, error, ...input }: Noted & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input type="text" {...ids} {...input} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, ...input }: Noted & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <textarea rows={4} {...ids} {...input} />}
    </Field>
  );
}

type Choice = readonly [value: string, label: string];
export function Select({ label, hint, error, choices, ...input }: Noted & { choices: readonly Choice[] } & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...ids} {...input}>
          {choices.map(([value, text]) => (
            <option key={value} value={value}>{text}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

// A select without a visible label, for filter rows.
export function Filter({ label, choices, value, onChange }: { label: string; choices: readonly Choice[]; value: string; onChange: (value: string) => void }) {
  return (
    <select className="filter" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {choices.map(([key, text]) => (
        <option key={key} value={key}>{text}</option>
      ))}
    </select>
  );
}

export function Check({ label, hint, ...input }: { label: string; hint?: string } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="check">
      <input type="checkbox" id={id} aria-describedby={hint ? `${id}-note` : undefined} {...input} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && <div id={`${id}-note`} className="note">{hint}</div>}
      </div>
    </div>
  );
}

// One entry a line, as lists of origins and words are typed.
export const toLines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

// A draft that starts from a record and follows it until it is touched.
export function useDraft<T extends object>(record: T | undefined) {
  const [changes, setChanges] = useState<Partial<T>>({});
  const draft = record ? { ...record, ...changes } : undefined;
  return {
    draft,
    changes,
    changed: Object.keys(changes).length > 0,
    set: <K extends keyof T>(name: K, value: T[K]) => setChanges((old) => ({ ...old, [name]: value })),
    reset: () => setChanges({}),
  };
}

interface SaveProps {
  busy: boolean;
  error: ApiError | null;
  changed?: boolean;
  disabled?: boolean;
  label?: string;
  saved?: boolean;
  reset?: () => void;
}

export function SaveRow({ busy, error, changed = true, disabled, label = 'Save', saved, reset }: SaveProps) {
  useWarnBeforeLeaving(changed && !!reset && !disabled);
  return (
    <>
      {error && <Problem error={error} />}
      <div className="row save-row">
        <Button kind="primary" type="submit" busy={busy} disabled={disabled || !changed}>{label}</Button>
        {reset && changed && <Button kind="quiet" onClick={reset}>Discard</Button>}
        <span role="status" className="muted">{saved && !changed ? 'Saved' : ''}</span>
      </div>
    </>
  );
}

function useWarnBeforeLeaving(dirty: boolean) {
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [dirty]);
}

export const submits = (act: () => void) => (event: FormEvent) => {
  event.preventDefault();
  act();
};
