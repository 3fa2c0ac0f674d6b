// The path that the dashboard stands under: "" at the root of its origin, "/prefix" behind a proxy that gives it one.
// Its scripts lie one level below.
const here = import.meta.url;
export const base = here.startsWith('http') ? new URL('..', here).pathname.replace(/\/$/, '') : '';
