import { Select } from "antd";
import { useWords } from "./context";
import type { AnyThing } from "./thing";

/** What a review mostly says when it sends a thing back: chosen once, then to be changed at will. */
export function UsualReasons({
  thing,
  action,
  choose,
}: {
  thing: AnyThing;
  action: string;
  choose: (reason: string) => void;
}) {
  const { ui } = useWords();
  const usual = (ui.reasons as Record<string, string[]>)[thing.flow ?? ""];
  if (!usual || !/^(return|reject)/.test(action)) return null;
  return (
    <Select
      aria-label={ui.usualReasons}
      placeholder={ui.usualReasons}
      options={usual.map((text) => ({ value: text, label: text }))}
      onChange={choose}
      style={{ width: "100%", marginBottom: 8 }}
    />
  );
}
