import type { ButtonProps } from "antd";
import { fill } from "../words";
import { AskForm } from "./ask-form";
import { useWords } from "./context";
import { DialogButton } from "./dialog";

/** A batch act without questions: asks once, then does it. */
export function ActButton({
  label,
  send,
  done,
  type,
}: {
  label: string;
  send: (
    headers: Record<string, string>,
  ) => Promise<{ data?: unknown; error?: unknown; response?: Response }>;
  done: (answer: unknown) => void;
  type?: ButtonProps["type"];
}) {
  const { ui } = useWords();
  return (
    <DialogButton type={type} label={label} title={fill(ui.confirmAct, { act: label })}>
      {(close) => (
        <AskForm
          asks={[]}
          submit={label}
          send={(_, headers) => send(headers)}
          done={(answer) => {
            close();
            done(answer);
          }}
        />
      )}
    </DialogButton>
  );
}
