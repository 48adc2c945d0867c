/** What hosts, staff and organisers read besides, and the break-room screen. */
export const catalogue = import.meta.glob<Record<string, unknown>>(
  "./fi/{backstage,booths,calls,manage,screen}.json",
  { eager: true, import: "default" },
);
