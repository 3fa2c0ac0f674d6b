// Who is signed in, in this browser. Tabs share the tokens through localStorage and take turns to refresh them: a refresh
// token works once, and using it twice signs the user out everywhere.
import { useSyncExternalStore } from 'react';
import { IdentityError, refresh, revoke, type Tokens } from './cognito.ts';

const storageKey = 'oprag.session';
const refreshEarlyMs = 60_000;

const listeners = new Set<() => void>();
let current: Tokens | null = read();

function read(): Tokens | null {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Tokens | null;
  } catch {
    return null;
  }
}

function publish(tokens: Tokens | null) {
  current = tokens;
  listeners.forEach((listener) => listener());
}

addEventListener('storage', (event) => {
  if (event.key === storageKey || event.key === null) publish(read());
});

export function keepTokens(tokens: Tokens | null) {
  if (tokens) localStorage.setItem(storageKey, JSON.stringify(tokens));
  else localStorage.removeItem(storageKey);
  publish(tokens);
}

export function useSignedIn(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current !== null,
  );
}

// An ID token that lives for at least a minute more; null when nobody is signed in. `stale` names one that was refused.
export async function idToken(stale?: string): Promise<string | null> {
  const usable = (tokens: Tokens | null) =>
    tokens && tokens.idToken !== stale && tokens.expiresAt - refreshEarlyMs > Date.now() ? tokens.idToken : null;
  return usable(current) ?? (current ? oneAtATime(() => renew(usable)) : null);
}

async function renew(usable: (tokens: Tokens | null) => string | null): Promise<string | null> {
  const shared = read(); // another tab may have been first
  if (!shared) return null;
  if (usable(shared)) {
    publish(shared);
    return shared.idToken;
  }
  try {
    const tokens = await refresh(shared.refreshToken);
    keepTokens(tokens);
    return tokens.idToken;
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error; // offline: stay signed in
    keepTokens(null);
    return null;
  }
}

let inThisTab: Promise<string | null> | null = null;
function oneAtATime(work: () => Promise<string | null>): Promise<string | null> {
  inThisTab ??= Promise.resolve(navigator.locks ? navigator.locks.request('oprag-refresh', work) : work()).finally(
    () => (inThisTab = null),
  );
  return inThisTab;
}

// For the identity provider's own operations; the API takes ID tokens.
export async function freshAccessToken(): Promise<string> {
  await idToken();
  return current?.accessToken ?? '';
}

export async function signOut() {
  const tokens = current;
  keepTokens(null);
  if (tokens) await revoke(tokens.refreshToken).catch(() => undefined);
}
