// "billing-faq.pdf 2": a file name and, after the last space, a page.
export function sourceLine(line: string): { filename: string; pageNumber?: number } {
  const match = /^(.*?\S)\s+(?:page\s+)?(\d+)$/.exec(line);
  return match ? { filename: match[1]!, pageNumber: Number(match[2]) } : { filename: line };
}
