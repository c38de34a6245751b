import { Flex, InputNumber, Slider } from "antd";
import { type Named, useNamed } from "./plan";

export type Scores = Record<string, number | null>;

interface Line extends Named {
  full_mark: number;
}

/** The dimensions of a rubric, each with a number and a slider: for fingers and for keys. */
export function ScoreLines({
  lines,
  scores,
  change,
}: {
  lines: Line[];
  scores: Scores;
  change: (scores: Scores) => void;
}) {
  const name = useNamed();
  return lines.map((one) => (
    <Flex key={one.code} gap={16} align="center" wrap>
      <span id={`dimension-${one.code}`} style={{ flex: "0 1 150px", fontWeight: 600 }}>
        {name(one)}
      </span>
      <InputNumber
        size="large"
        aria-label={name(one)}
        min={0}
        max={one.full_mark}
        step={0.5}
        suffix={`/ ${one.full_mark}`}
        style={{ width: 130 }}
        value={scores[one.code] ?? null}
        onChange={(value) => change({ ...scores, [one.code]: value })}
      />
      <Slider
        ariaLabelledByForHandle={`dimension-${one.code}`}
        style={{ flex: "1 1 160px" }}
        min={0}
        max={one.full_mark}
        step={0.5}
        value={scores[one.code] ?? 0}
        onChange={(value) => change({ ...scores, [one.code]: value })}
      />
    </Flex>
  ));
}

/** What is written and not yet handed in stays on this device alone: nobody may see a half-made judgement. */
export function keptDraft<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as T | null;
  } catch {
    return null;
  }
}
