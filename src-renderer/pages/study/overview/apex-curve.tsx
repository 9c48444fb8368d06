/** A micro-expression as its motion shows it: rest, onset, apex, offset. Ornament; the words beside it say what counts. */
export function ApexCurve({ className }: { className?: string }) {
  const line = "M0 112 C60 112 96 110 148 110 C196 110 212 24 268 24 C336 24 348 106 440 106 C520 106 560 112 680 112";
  return (
    <svg className={className} viewBox="0 0 680 148" aria-hidden fill="none">
      <defs>
        <linearGradient id="apex-fill" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="currentColor" stopOpacity="0.18" />
          <stop offset="1" stopColor="currentColor" stopOpacity="0" />
        </linearGradient>
        <linearGradient id="apex-line" x1="0" y1="0" x2="1" y2="0">
          <stop offset="0" stopColor="currentColor" stopOpacity="0" />
          <stop offset="0.2" stopColor="currentColor" stopOpacity="1" />
          <stop offset="0.72" stopColor="currentColor" stopOpacity="1" />
          <stop offset="1" stopColor="currentColor" stopOpacity="0" />
        </linearGradient>
      </defs>
      <path d={`${line} V120 H0 Z`} fill="url(#apex-fill)" />
      <path d={line} stroke="url(#apex-line)" strokeWidth="2" strokeLinecap="round" />
      {(
        [
          ["onset", 148, 110],
          ["apex", 268, 24],
          ["offset", 440, 106],
        ] as const
      ).map(([name, x, y]) => (
        <g key={name}>
          <line x1={x} x2={x} y1={y} y2={128} stroke="currentColor" strokeOpacity="0.35" strokeDasharray="2 3" />
          <circle cx={x} cy={y} r="4" fill="var(--ground)" stroke="currentColor" strokeWidth="2" />
          <text x={x} y={144} textAnchor="middle">
            {name}
          </text>
        </g>
      ))}
    </svg>
  );
}
