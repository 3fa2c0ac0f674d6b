import { useState } from 'react';
import type { InvitedMember, Member, Role } from '../../../shared/api.ts';
import { api } from '../api/client.ts';
import { useAction, useCompany, useList, useMay } from '../api/queries.ts';
import { Button, Code, More, NeedsRole, Page, Problem, Skeleton, Status, Table, Time, personName } from '../ui/basic.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { Select, TextField, submits } from '../ui/form.tsx';
import { notify } from '../ui/notice.tsx';

const roleWords: Record<Role, [string, string]> = {
  member: ['Member', 'reads everything, uploads and indexes documents, asks, reviews conversations, runs tests'],
  admin: ['Admin', 'also changes settings, deploys, manages keys, widget, tests and people'],
  owner: ['Owner', 'also invites, changes and removes owners'],
};
const path = '/v1/companies/users';

export function Team() {
  const users = useList(path, 'users');
  const company = useCompany();
  const may = useMay('admin');
  const owner = useMay('owner');
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Member | null>(null);
  const [invited, setInvited] = useState<InvitedMember | null>(null);
  const change = useAction(({ userId, role }: { userId: string; role: Role }) => api.patch(`${path}/${userId}`, { role }), { touches: [path, '/v1/companies/me'] });
  const resend = useAction((userId: string) => api.post(`${path}/${userId}/resend-invite`), { touches: [path], then: setInvited });
  const remove = useAction((user: Member) => api.delete(`${path}/${user.userId}`), {
    touches: [path],
    then: (_, user) => { setRemoving(null); notify(`${personName(user)} is no longer in the company.`); },
  });
  const roles = (user: Member) => (Object.keys(roleWords) as Role[]).filter((role) => owner || (role !== 'owner' && user.role !== 'owner')).map((role) => [role, roleWords[role][0]] as const);
  return (
    <Page title="Team" actions={<Button kind="primary" icon="plus" disabled={!may} onClick={() => setInviting(true)}>Invite</Button>}>
      <NeedsRole role="admin" to="invite and manage people" />
      <ul className="plain-list muted small role-list">
        {Object.values(roleWords).map(([name, what]) => <li key={name}><b>{name}</b> {what}.</li>)}
      </ul>
      {(change.error ?? resend.error) && <Problem error={(change.error ?? resend.error)!} />}
      {users.error && !users.data ? <Problem error={users.error} retry={() => users.refetch()} /> : users.isPending ? <Skeleton /> : (
        <Table label="People">
            <thead><tr><th>Person</th><th>Role</th><th>Status</th><th>Last active</th><th><span className="sr">Actions</span></th></tr></thead>
            <tbody>
              {users.rows.map((user) => {
                const self = user.userId === company.data?.userId;
                const reach = may && (owner || user.role !== 'owner');
                return (
                  <tr key={user.userId}>
                    <td>{user.name && <b>{user.name} </b>}<span className={user.name ? 'muted' : ''}>{user.email}</span>{self && <span className="muted"> (you)</span>}</td>
                    <td>
                      {reach ? (
                        <select aria-label={`Role of ${personName(user)}`} value={user.role} onChange={(e) => change.mutate({ userId: user.userId, role: e.target.value as Role })}>
                          {roles(user).map(([role, name]) => <option key={role} value={role}>{name}</option>)}
                        </select>
                      ) : roleWords[user.role][0]}
                    </td>
                    <td>{user.status === 'active' ? <Status tone="good">Active</Status> : user.status === 'invited' ? <Status tone="warn">Invited <Time at={user.invitedAt} /></Status> : <Status tone="neutral">{user.status === 'disabled' ? 'Disabled' : 'Removed'}</Status>}</td>
                    <td><Time at={user.lastActiveAt} none="never" /></td>
                    <td className="row end">
                      {user.status === 'invited' && reach && <Button small busy={resend.isPending} onClick={() => resend.mutate(user.userId)}>Invite again</Button>}
                      {reach && <Button small kind="quiet" onClick={() => setRemoving(user)}>Remove<span className="sr"> {personName(user)}</span></Button>}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </Table>
      )}
      <More list={users} />
      {inviting && <InviteDialog onClose={() => setInviting(false)} onInvited={(user) => { setInviting(false); setInvited(user); }} mayInviteOwner={owner} />}
      {invited && <InvitedDialog user={invited} onClose={() => setInvited(null)} />}
      {removing && (
        <Confirm title={`Remove ${personName(removing)}`} verb="Remove" busy={remove.isPending} error={remove.error} onConfirm={() => remove.mutate(removing)} onClose={() => setRemoving(null)}>
          <p>They are signed out at once and see nothing of the company. Documents, keys and notes of theirs stay.</p>
        </Confirm>
      )}
    </Page>
  );
}

function InviteDialog({ onClose, onInvited, mayInviteOwner }: { onClose: () => void; onInvited: (user: InvitedMember) => void; mayInviteOwner: boolean }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('member');
  const invite = useAction(() => api.post(`${path}/invite`, { email: email.trim(), role, ...(name.trim() ? { name: name.trim() } : {}) }), { touches: [path], then: onInvited });
  const choices = (Object.keys(roleWords) as Role[]).filter((r) => mayInviteOwner || r !== 'owner').map((r) => [r, roleWords[r][0]] as const);
  return (
    <Dialog title="Invite a person" onClose={onClose}>
      <form className="stack" onSubmit={submits(() => invite.mutate())}>
        <TextField label="E-mail" type="email" required autoFocus value={email} onChange={(e) => setEmail(e.target.value)} />
        <TextField label="Name" value={name} onChange={(e) => setName(e.target.value)} />
        <Select label="Role" choices={choices} value={role} onChange={(e) => setRole(e.target.value as Role)} hint={`${roleWords[role][0]}: ${roleWords[role][1]}.${mayInviteOwner ? '' : ' Only owners can invite owners.'}`} />
        {invite.error && <Problem error={invite.error} />}
        <div className="row end"><Button kind="primary" type="submit" busy={invite.isPending}>Invite</Button></div>
      </form>
    </Dialog>
  );
}

function InvitedDialog({ user, onClose }: { user: InvitedMember; onClose: () => void }) {
  return (
    <Dialog title={`${user.email} is invited`} onClose={onClose}>
      <div className="stack">
        {user.inviteUrl ? (
          <>
            <p>No mail server is set, so pass this link on yourself. It works once, for 7 days, and only for this address.</p>
            <Code text={user.inviteUrl} label="invitation link" />
          </>
        ) : (
          <p>The invitation is on its way by e-mail. It works once, for 7 days.</p>
        )}
        <div className="row end"><Button kind="primary" onClick={onClose}>Done</Button></div>
      </div>
    </Dialog>
  );
}
