/** Two sails on one hull: many boats, one fleet. */
export function Logo() {
  return (
    <svg width="18" height="18" viewBox="0 0 20 20" fill="none" aria-hidden>
      <path d="M11.2 1.5v10.2h6.1z" className="fill-accent" />
      <path d="M9.4 4.8v6.9H3.9z" className="fill-accent opacity-55" />
      <path d="M1.8 13.6h16.4l-2.2 3.6H4z" className="fill-ink" />
    </svg>
  );
}
