// Line icons on a 16-unit grid, drawn for this product. Always beside words, so hidden from assistive technology.
const paths = {
  home: 'M2.5 7.5 8 2.8l5.5 4.7M4 6.5v6.7h8V6.5',
  inbox: 'M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5l2-6h7l2 6v4h-11z',
  chart: 'M2.5 13.5h11M4.5 11V8M8 11V4M11.5 11V6.5',
  activity: 'M2 8h2.8l2-4.5 2.6 9L11.4 8H14',
  folder: 'M2.5 4h4l1.2 1.5h5.8v7h-11z',
  team: 'M6 7.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM2 13c0-2.4 1.6-3.8 4-3.8s4 1.4 4 3.8M10.5 3.4a2 2 0 0 1 0 3.8M11.8 9.6c1.4.5 2.2 1.7 2.2 3.4',
  key: 'M5.5 10.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8.4 7.5h5.1v2.6M11 7.5v2',
  card: 'M2 4h12v8.5H2zM2 6.8h12',
  gear: 'M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8 2v1.8M8 12.2V14M2 8h1.8M12.2 8H14M3.8 3.8l1.2 1.2M11 11l1.2 1.2M12.2 3.8 11 5M5 11l-1.2 1.2',
  person: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8ZM3 13.5c0-2.6 2-4 5-4s5 1.4 5 4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.4 3.4',
  plus: 'M8 3v10M3 8h10',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  cross: 'm4 4 8 8M12 4l-8 8',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.2l2 1.3',
  dash: 'M4 8h8',
  file: 'M4 2h5l3.2 3.2V14H4zM9 2v3.4h3.2',
  upload: 'M8 10.5V3M5 5.8 8 3l3 2.8M3 10.5v2.7h10v-2.7',
  trash: 'M3 4.5h10M6.2 4.5V3h3.6v1.5M4.3 4.5l.6 9h6.2l.6-9',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  more: 'M3.5 8h.1M8 8h.1M12.4 8h.1',
  back: 'M9.8 3.5 5.2 8l4.6 4.5',
  next: 'M6.2 3.5 10.8 8l-4.6 4.5',
  up: 'M6.4 14H3.2V7.5h3.2m0 6.5V7.5L8.6 2c1 0 1.7.8 1.5 1.8L9.6 6.5h2.9c.9 0 1.5.8 1.3 1.7l-1 4.6c-.2.7-.7 1.2-1.4 1.2z',
  down: 'M9.6 2h3.2v6.5H9.6m0-6.5v6.5L7.4 14c-1 0-1.7-.8-1.5-1.8l.5-2.7H3.5c-.9 0-1.5-.8-1.3-1.7l1-4.6C3.4 2.5 3.9 2 4.6 2z',
  quote: 'M3 11.5c0-4 1-6 3.3-7M9 11.5c0-4 1-6 3.3-7M3 11.5h3v-3H3zM9 11.5h3v-3H9z',
  rocket: 'M6 10c0-4 2.5-7 7.3-7.3C13.3 7.5 10.3 10.3 6.3 10.3zM6 10H3.3L5.3 7M6 10v2.7L9 10.7',
  external: 'M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  sun: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
