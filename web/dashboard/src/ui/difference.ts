export type Piece = ['same' | 'added' | 'removed', string];

// Words kept, added and removed: the longest common subsequence of the two texts.
export function difference(before: string, now: string): Piece[] {
  const a = before.split(/(?<=\s)/);
  const b = now.split(/(?<=\s)/);
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const pieces: Piece[] = [];
  const push = (kind: Piece[0], word: string | undefined) => {
    if (!word) return;
    if (pieces.at(-1)?.[0] === kind) pieces.at(-1)![1] += word;
    else pieces.push([kind, word]);
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i++]);
      j++;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      push('removed', a[i++]);
    } else {
      push('added', b[j++]);
    }
  }
  return pieces;
}
