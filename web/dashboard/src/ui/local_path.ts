// A path of this dashboard; anything that could lead elsewhere becomes the home page.
export const localPath = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : '/');
