// Short notices at the foot of the page, for what has been done and may be undone. Errors that need an act stay in place
// beside their cause instead.
import { useEffect, useSyncExternalStore } from 'react';
import { Button } from './basic.tsx';

interface Notice {
  id: number;
  text: string;
  undo?: () => void;
  // Called when the time for undoing has passed.
  commit?: () => void;
}

const undoMs = 6000;
let notices: Notice[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const publish = (next: Notice[]) => {
  notices = next;
  listeners.forEach((listener) => listener());
};

export function notify(text: string) {
  publish([...notices, { id: nextId++, text }]);
}

// Does `commit` after some seconds unless the user takes it back; leaving the page commits at once.
export function undoable(text: string, commit: () => void, undo: () => void) {
  publish([...notices, { id: nextId++, text, commit, undo }]);
}

function close(notice: Notice, undone: boolean) {
  if (!notices.includes(notice)) return;
  publish(notices.filter((other) => other !== notice));
  if (undone) notice.undo?.();
  else notice.commit?.();
}

addEventListener('pagehide', () => notices.forEach((notice) => close(notice, false)));

export function Notices() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map((notice) => (
        <OneNotice key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function OneNotice({ notice }: { notice: Notice }) {
  useEffect(() => {
    const timer = setTimeout(() => close(notice, false), undoMs);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="notice">
      <span>{notice.text}</span>
      {notice.undo && (
        <Button small kind="quiet" onClick={() => close(notice, true)}>
          Undo
        </Button>
      )}
    </div>
  );
}
