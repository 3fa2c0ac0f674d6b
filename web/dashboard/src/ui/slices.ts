import type { TextPage } from '../../../shared/api.ts';

// Offsets of the API count code points, JavaScript strings count UTF-16 units: the page before, inside and after a place.
export function sliceAt(page: TextPage, start: number, end: number): [string, string, string] {
  const points = Array.from(page.text);
  const from = Math.min(Math.max(start - page.start, 0), points.length);
  const to = Math.min(Math.max(end - page.start, from), points.length);
  return [points.slice(0, from).join(''), points.slice(from, to).join(''), points.slice(to).join('')];
}
