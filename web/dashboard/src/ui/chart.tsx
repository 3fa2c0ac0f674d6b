// Daily counts as columns: drawn as SVG so that it follows the theme and prints, with the figures as a table beneath for
// those who do not see it.
import { useId, useRef, useState } from 'react';
import { count, day } from './format.ts';
import { niceTop } from './nice_top.ts';
import { useWidth } from './use_width.ts';

export interface ChartSeries {
  name: string;
  className: string;
  values: number[];
}

const height = 180;
const left = 36;
const bottom = 22;

export function Columns({ title, dates, series, outline = false }: { title: string; dates: string[]; series: ChartSeries[]; outline?: boolean }) {
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure) || 720;
  const totals = dates.map((_, i) => series.reduce((sum, one) => sum + (one.values[i] ?? 0), 0));
  const top = niceTop(Math.max(1, ...totals));
  const slot = (width - left) / Math.max(1, dates.length);
  const y = (value: number) => (height - bottom) * (1 - value / top) + 4;
  const every = Math.ceil(dates.length / Math.max(2, Math.floor(width / 90)));
  return (
    <figure className="chart" aria-labelledby={id} ref={figure}>
      <figcaption id={id}>
        <span>{title}</span>
        <span className="legend">
          {series.filter(({ name }) => name).map((one) => (
            <span key={one.name} className={one.className}>
              {one.name}
              {at !== null && <b>{count(one.values[at] ?? 0)}</b>}
            </span>
          ))}
          {at !== null && <span className="muted">{day(dates[at]!)}</span>}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height + 6}`} className={outline ? 'outline' : ''} aria-hidden="true" onMouseLeave={() => setAt(null)}>
        {[0, top / 2, top].map((line) => (
          <g key={line} className="grid">
            <line x1={left} x2={width} y1={y(line)} y2={y(line)} />
            <text x={left - 8} y={y(line) + 4} textAnchor="end">{count(line)}</text>
          </g>
        ))}
        {dates.map((date, i) => {
          let base = 0;
          return (
            <g key={date} onMouseEnter={() => setAt(i)} className={at === i ? 'at' : ''}>
              <rect className="hit" x={left + i * slot} y={0} width={slot} height={height - bottom + 4} />
              {series.map((one) => {
                const value = one.values[i] ?? 0;
                const rect = (
                  <rect
                    key={one.name}
                    className={`column ${one.className}`}
                    x={left + i * slot + slot * 0.16}
                    width={Math.min(slot * 0.68, 44)}
                    y={y(base + value)}
                    height={y(base) - y(base + value)}
                    rx={1}
                  />
                );
                base += value;
                return rect;
              })}
              {i % every === 0 && <text x={left + i * slot + slot / 2} y={height + 2} textAnchor="middle">{day(date)}</text>}
            </g>
          );
        })}
      </svg>
      {!outline && (
        <table className="sr">
          <caption>{title}</caption>
          <thead>
            <tr><th>Day</th>{series.map((one) => <th key={one.name}>{one.name}</th>)}</tr>
          </thead>
          <tbody>
            {dates.map((date, i) => (
              <tr key={date}><td>{day(date)}</td>{series.map((one) => <td key={one.name}>{one.values[i] ?? 0}</td>)}</tr>
            ))}
          </tbody>
        </table>
      )}
    </figure>
  );
}
