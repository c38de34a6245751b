import { useWords } from "../../shared/context";

const WIDTH = 34;

/** Marks in bins; those at or above the line in the accent colour, the line itself across. */
export function Bars({
  bins,
  step,
  line,
}: {
  bins: { start: number; count: number }[];
  step: number;
  line: number | null;
}) {
  const { ui } = useWords();
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const first = bins[0]?.start ?? 0;
  const x = line === null ? null : ((line - first) / step) * WIDTH;
  return (
    <svg
      viewBox={`0 -10 ${Math.max(1, bins.length) * WIDTH} 132`}
      className="bars"
      role="img"
      aria-label={ui.distribution}
    >
      {bins.map((bin, i) => {
        const height = (bin.count / most) * 90;
        return (
          <g key={bin.start}>
            <rect
              x={i * WIDTH + 3}
              y={100 - height}
              width={WIDTH - 6}
              height={height}
              className={line !== null && bin.start + step > line ? "in" : "out"}
            />
            <text x={i * WIDTH + WIDTH / 2} y={96 - height} textAnchor="middle">
              {bin.count || ""}
            </text>
            <text x={i * WIDTH + WIDTH / 2} y={116} textAnchor="middle">
              {bin.start}
            </text>
          </g>
        );
      })}
      {x !== null && <line x1={x} x2={x} y1={-6} y2={104} className="cut" />}
    </svg>
  );
}
