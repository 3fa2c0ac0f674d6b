// Signing up, in and back in, and joining or founding a company. One column, one group of fields.
import { useEffect, useState, type ReactNode } from 'react';
import { Link, Redirect, useLocation, useSearchParams } from 'wouter';
import { api } from '../api/client.ts';
import { queryClient, useAction, useCompany } from '../api/queries.ts';
import {
  IdentityError,
  confirmSignUp,
  forgotPassword,
  resendCode,
  resetPassword,
  serverConfig,
  signIn,
  signUp,
} from '../session/cognito.ts';
import { keepTokens, signOut, useSignedIn } from '../session/session.ts';
import { Button, Problem } from '../ui/basic.tsx';
import { TextField, submits } from '../ui/form.tsx';
import { Icon } from '../ui/icon.tsx';
import { localPath } from '../ui/local_path.ts';
import { useQuery } from '@tanstack/react-query';

function Column({ title, children, foot }: { title: string; children: ReactNode; foot?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · oprag`;
  }, [title]);
  return (
    <main className="access">
      <p className="brand">oprag</p>
      <h1>{title}</h1>
      {children}
      {foot && <p className="muted access-foot">{foot}</p>}
    </main>
  );
}

// What the identity provider says, in the words of this interface.
const words: Record<string, string> = {
  NotAuthorizedException: 'The e-mail address or the password is wrong.',
  UsernameExistsException: 'There is an account with this e-mail address. Sign in instead.',
  CodeMismatchException: 'That is not the code that was sent last. Compare it and try again.',
  ExpiredCodeException: 'The code has expired. Ask for a new one.',
  LimitExceededException: 'Too many tries. Wait a few minutes and try again.',
  TooManyRequestsException: 'Too many tries. Wait a few minutes and try again.',
  TooManyFailedAttemptsException: 'Too many tries. Wait a few minutes and try again.',
};

function inWords(error: Error | null): Error | null {
  if (!(error instanceof IdentityError)) return error;
  const known = words[error.code];
  return known && !/attempts|tries left/i.test(error.message) ? new Error(known) : error;
}

const rules: [string, (password: string) => boolean][] = [
  ['8 characters or more', (p) => p.length >= 8],
  ['a lower-case letter', (p) => /\p{Ll}/u.test(p)],
  ['an upper-case letter', (p) => /\p{Lu}/u.test(p)],
  ['a digit', (p) => /\d/.test(p)],
];
const strong = (password: string) => rules.every(([, met]) => met(password));

export function NewPassword({ value, onChange, label = 'Password' }: { value: string; onChange: (value: string) => void; label?: string }) {
  return (
    <TextField
      label={label}
      type="password"
      autoComplete="new-password"
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={
        <ul className="rules">
          {rules.map(([text, met]) => (
            <li key={text} className={met(value) ? 'met' : ''}>
              <Icon name={met(value) ? 'check' : 'dash'} size={12} /> {text}
              {met(value) && <span className="sr"> (met)</span>}
            </li>
          ))}
        </ul>
      }
    />
  );
}

const Email = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => (
  <TextField label="E-mail" type="email" autoComplete="username" required value={value} onChange={(e) => onChange(e.target.value)} />
);

const CodeField = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => (
  <TextField label="Code" inputMode="numeric" autoComplete="one-time-code" required value={value} onChange={(e) => onChange(e.target.value.trim())} />
);

function useEntered(): (next?: string) => void {
  const [, go] = useLocation();
  const [search] = useSearchParams();
  return (next) => {
    queryClient.clear();
    go(next ?? localPath(search.get('next')), { replace: true });
  };
}

export function SignIn() {
  const signedIn = useSignedIn();
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const [email, setEmail] = useState(search.get('email') ?? '');
  const [password, setPassword] = useState('');
  const [chosen, setChosen] = useState('');
  const [setOwn, askOwn] = useState<((password: string) => Promise<unknown>) | null>(null);
  const enter = useEntered();
  const config = useQuery({ queryKey: ['/config'], queryFn: serverConfig });
  const attempt = useAction(async () => {
    if (setOwn) return void (await setOwn(chosen));
    const result = await signIn(email.trim(), password);
    if ('tokens' in result) {
      keepTokens(result.tokens);
      enter();
    } else {
      askOwn(() => async (own: string) => {
        keepTokens(await result.newPassword(own));
        enter();
      });
    }
  });
  const error = attempt.error as Error | null;
  if (error instanceof IdentityError && error.code === 'UserNotConfirmedException') {
    return <Redirect to={`/confirm?email=${encodeURIComponent(email)}`} />;
  }
  if (error instanceof IdentityError && error.code === 'PasswordResetRequiredException') {
    return <Redirect to={`/reset?email=${encodeURIComponent(email)}`} />;
  }
  if (signedIn && !attempt.isPending) return <Redirect to={localPath(search.get('next'))} replace />;
  return (
    <Column
      title={setOwn ? 'Choose a password' : 'Sign in'}
      foot={config.data?.features.signup === 'closed' ? null : <>New here? <Link to="/sign-up">Create an account</Link></>}
    >
      <form className="stack" onSubmit={submits(() => attempt.mutate())}>
        {setOwn ? (
          <NewPassword value={chosen} onChange={setChosen} />
        ) : (
          <>
            <Email value={email} onChange={setEmail} />
            <TextField label="Password" type="password" autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} />
          </>
        )}
        {error && <Problem error={inWords(error)!} />}
        <Button kind="primary" type="submit" busy={attempt.isPending} disabled={!!setOwn && !strong(chosen)}>
          {setOwn ? 'Set password' : 'Sign in'}
        </Button>
        {!setOwn && (
          <button type="button" className="link" onClick={() => go(`/forgot?email=${encodeURIComponent(email)}`)}>
            Forgotten the password?
          </button>
        )}
      </form>
    </Column>
  );
}

export function SignUp() {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [, go] = useLocation();
  const enter = useEntered();
  const config = useQuery({ queryKey: ['/config'], queryFn: serverConfig });
  const create = useAction(async () => {
    const address = email.trim();
    const { UserConfirmed } = await signUp(address, password, name.trim());
    if (!UserConfirmed) return go(`/confirm?email=${encodeURIComponent(address)}`);
    const result = await signIn(address, password);
    if ('tokens' in result) keepTokens(result.tokens);
    enter('/welcome');
  });
  const foot = <>Have an account? <Link to="/sign-in">Sign in</Link></>;
  if (config.data && config.data.features.signup !== 'open') {
    return (
      <Column title="Create an account" foot={foot}>
        <p>
          {config.data.features.signup === 'invite'
            ? 'Accounts here are made by invitation. Ask an admin of your company for one.'
            : 'This server takes no new accounts.'}
        </p>
      </Column>
    );
  }
  return (
    <Column title="Create an account" foot={foot}>
      <form className="stack" onSubmit={submits(() => create.mutate())}>
        <TextField label="Name" autoComplete="name" value={name} onChange={(e) => setName(e.target.value)} />
        <Email value={email} onChange={setEmail} />
        <NewPassword value={password} onChange={setPassword} />
        {create.error && <Problem error={inWords(create.error)!} />}
        <Button kind="primary" type="submit" busy={create.isPending} disabled={!strong(password)}>Create account</Button>
      </form>
    </Column>
  );
}

export function ConfirmCode() {
  const [search] = useSearchParams();
  const email = search.get('email') ?? '';
  const [code, setCode] = useState('');
  const [, go] = useLocation();
  const confirm = useAction(() => confirmSignUp(email, code), {
    then: () => go(`/sign-in?email=${encodeURIComponent(email)}`, { replace: true }),
  });
  const resend = useAction(() => resendCode(email));
  return (
    <Column title="Enter the code" foot={<Link to="/sign-up">Use another address</Link>}>
      <p className="muted">We sent a code to {email || 'your e-mail address'}. It is good for 24 hours.</p>
      <form className="stack" onSubmit={submits(() => confirm.mutate())}>
        <CodeField value={code} onChange={setCode} />
        {(confirm.error ?? resend.error) && <Problem error={inWords(confirm.error ?? resend.error)!} />}
        <Button kind="primary" type="submit" busy={confirm.isPending}>Confirm</Button>
        <Button kind="quiet" busy={resend.isPending} onClick={() => resend.mutate()}>Send a new code</Button>
        <p role="status" className="small muted">{resend.isSuccess ? 'A new code is on its way.' : ''}</p>
      </form>
    </Column>
  );
}

export function Forgot() {
  const [search] = useSearchParams();
  const [email, setEmail] = useState(search.get('email') ?? '');
  const [, go] = useLocation();
  const ask = useAction(() => forgotPassword(email.trim()), {
    then: () => go(`/reset?email=${encodeURIComponent(email.trim())}`),
  });
  return (
    <Column title="Reset the password" foot={<Link to="/sign-in">Back to sign-in</Link>}>
      <p className="muted">We send a code to the address of your account.</p>
      <form className="stack" onSubmit={submits(() => ask.mutate())}>
        <Email value={email} onChange={setEmail} />
        {ask.error && <Problem error={inWords(ask.error)!} />}
        <Button kind="primary" type="submit" busy={ask.isPending}>Send code</Button>
      </form>
    </Column>
  );
}

export function Reset() {
  const [search] = useSearchParams();
  const [email, setEmail] = useState(search.get('email') ?? '');
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [, go] = useLocation();
  const reset = useAction(() => resetPassword(email.trim(), code, password), {
    then: () => go(`/sign-in?email=${encodeURIComponent(email.trim())}`, { replace: true }),
  });
  return (
    <Column title="Choose a new password" foot={<Link to={`/forgot?email=${encodeURIComponent(email)}`}>Send the code again</Link>}>
      <form className="stack" onSubmit={submits(() => reset.mutate())}>
        <Email value={email} onChange={setEmail} />
        <CodeField value={code} onChange={setCode} />
        <NewPassword value={password} onChange={setPassword} label="New password" />
        {reset.error && <Problem error={inWords(reset.error)!} />}
        <Button kind="primary" type="submit" busy={reset.isPending} disabled={!strong(password)}>Set password</Button>
      </form>
    </Column>
  );
}

// The invitation's token stays in the fragment, which no server log sees.
function invitation(): { email: string; token: string } {
  const fragment = new URLSearchParams(location.hash.slice(1));
  return { email: fragment.get('email') ?? '', token: fragment.get('token') ?? '' };
}

export function Invite() {
  const [{ email, token }] = useState(invitation);
  const signedIn = useSignedIn();
  const [hasAccount, setHasAccount] = useState(signedIn);
  const [password, setPassword] = useState('');
  const enter = useEntered();
  const accept = useAction(async () => {
    if (!hasAccount) {
      const result = await signIn(email, token);
      if (!('newPassword' in result)) throw new IdentityError('Used', 'This invitation has been used. Sign in instead.');
      keepTokens(await result.newPassword(password));
    } else {
      if (!signedIn) {
        const result = await signIn(email, password);
        if ('tokens' in result) keepTokens(result.tokens);
      }
      await api.post('/v1/invitations/accept', { token });
    }
    enter('/');
  });
  const failed = accept.error as Error | null;
  const invalid = failed instanceof IdentityError && failed.code === 'NotAuthorizedException' && !hasAccount;
  if (!token) {
    return (
      <Column title="Invitation" foot={<Link to="/sign-in">Sign in</Link>}>
        <p>This link is incomplete. Open it again from the invitation, or ask an admin of the company for a new one.</p>
      </Column>
    );
  }
  return (
    <Column title="You are invited">
      <p className="muted">{hasAccount ? 'Join the company with your account' : 'Choose a password to join the company'} as {email}.</p>
      <form className="stack" onSubmit={submits(() => accept.mutate())}>
        {!hasAccount && <NewPassword value={password} onChange={setPassword} />}
        {hasAccount && !signedIn && (
          <TextField label="Password" type="password" autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} />
        )}
        {failed && (
          <Problem error={invalid ? new Error('This invitation has expired or has been used. Ask the admin who sent it for a new one.') : inWords(failed)!} />
        )}
        <Button kind="primary" type="submit" busy={accept.isPending} disabled={!hasAccount && !strong(password)}>Join</Button>
        <button type="button" className="link" onClick={() => setHasAccount(!hasAccount)}>
          {hasAccount ? 'I have no account yet' : 'I have an account with this address'}
        </button>
      </form>
    </Column>
  );
}

// A signed-in user without a company founds one, or follows an invitation.
export function Welcome() {
  const signedIn = useSignedIn();
  const company = useCompany();
  const [name, setName] = useState('');
  const [, go] = useLocation();
  const create = useAction(() => api.post('/v1/companies', { name: name.trim() }), {
    then: () => {
      queryClient.clear();
      go('/', { replace: true });
    },
  });
  if (!signedIn) return <Redirect to="/sign-in" replace />;
  if (company.data && !create.isPending) return <Redirect to="/" replace />;
  return (
    <Column
      title="Name your company"
      foot={<>Were you invited? Open the link of the invitation. <button type="button" className="link" onClick={() => void signOut()}>Sign out</button></>}
    >
      <p className="muted">Projects, documents and people belong to it. You become its owner.</p>
      <form className="stack" onSubmit={submits(() => create.mutate())}>
        <TextField label="Company" autoComplete="organization" required maxLength={80} value={name} onChange={(e) => setName(e.target.value)} />
        {create.error && <Problem error={create.error} />}
        <Button kind="primary" type="submit" busy={create.isPending} disabled={!name.trim()}>Continue</Button>
      </form>
    </Column>
  );
}
