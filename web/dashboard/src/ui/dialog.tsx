// Dialogs and side sheets on the browser's own <dialog>: it keeps the focus inside, closes on Escape and gives focus back.
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import type { ApiError } from '../api/client.ts';
import { Button, Problem } from './basic.tsx';
import { TextField } from './form.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  side?: boolean;
  wide?: boolean;
}

export function Dialog({ title, onClose, children, side, wide }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const label = useId();
  useEffect(() => {
    const dialog = element.current!;
    const opener = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      opener?.focus?.();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={`${side ? 'sheet' : 'dialog'} ${wide ? 'wide' : ''}`}
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={label}>{title}</h2>
          <Button kind="quiet" icon="cross" aria-label="Close" onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  verb: string;
  children: ReactNode;
  // When given, the act waits until this is typed.
  typed?: string;
  busy?: boolean;
  error?: ApiError | null;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ title, verb, children, typed, busy, error, onConfirm, onClose }: ConfirmProps) {
  const [text, setText] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <div className="stack">
          {children}
          {typed && (
            <TextField label={`Type “${typed}” to confirm`} value={text} onChange={(e) => setText(e.target.value)} autoComplete="off" />
          )}
          {error && <Problem error={error} />}
          <div className="row end">
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="danger" type="submit" busy={busy ?? false} disabled={typed !== undefined && text !== typed}>
              {verb}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
