import type { Limited } from '../../../shared/api.ts';
import { useGet } from '../api/queries.ts';
import { Bar, Loaded, Page, Status, Table } from '../ui/basic.tsx';
import { bytes, count, day } from '../ui/format.ts';

const labels: Record<Limited, string> = {
  projects: 'Projects',
  documents: 'Documents',
  storageBytes: 'Storage',
  questionsPerMonth: 'Questions this month',
  members: 'People',
};
const show = (name: Limited, value: number) => (name === 'storageBytes' ? bytes(value) : count(value));

export function BillingScreen() {
  const billing = useGet('/v1/billing/summary');
  return (
    <Loaded of={billing}>
      {(data) => (
        <Page title="Billing" lead={<>Plan {data.plan.name}{data.plan.price && `, ${data.plan.price}`} · {day(data.period.from)} to {day(data.period.to)}</>}>
          <Table label="Usage and limits" narrow>
            <thead><tr><th>What</th><th className="number">Used</th><th className="number">Limit</th><th>Share</th></tr></thead>
            <tbody>
              {(Object.keys(labels) as Limited[]).map((name) => {
                const limit = data.limits[name];
                const over = data.overLimit.includes(name);
                return (
                  <tr key={name}>
                    <td>{labels[name]}</td>
                    <td className="number">{show(name, data.usage[name])}</td>
                    <td className="number">{limit === null ? 'no limit' : show(name, limit)}</td>
                    <td>
                      {limit === null ? <span className="muted">—</span> : <Bar value={data.usage[name]} max={limit} label={labels[name]} tone={over ? 'bad' : 'accent'} />}
                      {over && <Status tone="bad">Limit reached: new ones are refused</Status>}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </Table>
          <p className="muted narrow">Plans are set by whoever runs this server. Test keys and questions of your team are not counted.</p>
        </Page>
      )}
    </Loaded>
  );
}
