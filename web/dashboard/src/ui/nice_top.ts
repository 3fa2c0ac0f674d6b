// An even top for the axis: 2, 4, 10, 20, 40, 100 …
export function niceTop(largest: number): number {
  const power = 10 ** Math.floor(Math.log10(largest));
  return [1, 2, 4, 10].map((step) => step * power).find((top) => top >= largest && top % 2 === 0) ?? 2;
}
