import type { ButtonProps } from "antd";
import { fill } from "../words";
import { AskButton } from "./ask-button";
import type { AskFormProps } from "./ask-form";
import { useWords } from "./context";

/** A batch act without questions: asks once, then does it. */
export function ActButton({
  label,
  hint,
  send,
  done,
  ...button
}: Pick<ButtonProps, "type" | "size" | "danger"> & {
  label: string;
  /** What it will do, where the name of the act does not say enough. */
  hint?: string;
  send: (headers: Record<string, string>) => ReturnType<AskFormProps["send"]>;
  done: AskFormProps["done"];
}) {
  const { ui } = useWords();
  return (
    <AskButton
      {...button}
      label={label}
      title={fill(ui.confirmAct, { act: label })}
      asks={[]}
      intro={hint}
      send={(_, headers) => send(headers)}
      done={done}
    />
  );
}
