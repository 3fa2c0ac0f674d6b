import { useState } from 'react';
import { queryClient, useAction, useCompany } from '../api/queries.ts';
import { changePassword, signOutEverywhere } from '../session/cognito.ts';
import { freshAccessToken, keepTokens, signOut } from '../session/session.ts';
import { Button, Loaded, Page, Problem } from '../ui/basic.tsx';
import { TextField, submits } from '../ui/form.tsx';
import { chooseTheme, useTheme, type Theme } from '../ui/theme.ts';
import { NewPassword } from './access.tsx';

const themes: [Theme, string][] = [['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark']];

export function Account() {
  const company = useCompany();
  const theme = useTheme();
  const leave = () => void signOut().then(() => queryClient.clear());
  const everywhere = useAction(async () => signOutEverywhere(await freshAccessToken()), {
    then: () => {
      keepTokens(null);
      queryClient.clear();
    },
  });
  return (
    <Page title="Account" actions={<Button onClick={leave}>Sign out</Button>}>
      <Loaded of={company} lines={2}>{(data) => <p>{data.email}, {data.role} of {data.name}</p>}</Loaded>
      <h2>Appearance</h2>
      <div className="segments" role="group" aria-label="Appearance">
        {themes.map(([id, label]) => <button key={id} type="button" aria-pressed={theme === id} onClick={() => chooseTheme(id)}>{label}</button>)}
      </div>
      <h2>Password</h2>
      <PasswordForm />
      <h2>Other devices</h2>
      <p className="muted">Ends every session of this account, this one too.</p>
      {everywhere.error && <Problem error={everywhere.error} />}
      <Button busy={everywhere.isPending} onClick={() => everywhere.mutate()}>Sign out everywhere</Button>
    </Page>
  );
}

function PasswordForm() {
  const [previous, setPrevious] = useState('');
  const [proposed, setProposed] = useState('');
  const change = useAction(async () => changePassword(await freshAccessToken(), previous, proposed), {
    then: () => {
      setPrevious('');
      setProposed('');
    },
  });
  return (
    <form className="stack narrow" onSubmit={submits(() => change.mutate())}>
      <TextField label="Password now" type="password" autoComplete="current-password" required value={previous} onChange={(e) => setPrevious(e.target.value)} />
      <NewPassword label="New password" value={proposed} onChange={setProposed} />
      {change.error && <Problem error={change.error} />}
      <div className="row">
        <Button kind="primary" type="submit" busy={change.isPending} disabled={!previous || !proposed}>Change password</Button>
        <span role="status" className="muted">{change.isSuccess ? 'Password changed' : ''}</span>
      </div>
    </form>
  );
}
