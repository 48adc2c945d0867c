/** The mark (a stall's awning) and the name. */
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="34" height="34" aria-hidden="true">
        <path
          className="brand-awning"
          d="M3 5h26v9.3a4.33 4.33 0 0 1-8.66 0 4.33 4.33 0 0 1-8.67 0 4.33 4.33 0 0 1-8.67 0z"
        />
        <path className="brand-stripe" d="M11.67 5h8.67v9.3a4.33 4.33 0 0 1-8.67 0z" />
        <path className="brand-table" d="M6 21v7h20v-7" />
      </svg>
      <span className="brand-name">Torilla</span>
    </span>
  );
}
