import type { ButtonProps } from "antd";
import { AskForm, type AskFormProps } from "./ask-form";
import { DialogButton } from "./dialog";

/** A button that asks in a dialog; when the answer is taken, the dialog closes. */
export function AskButton({
  label,
  title,
  asks,
  send,
  done,
  submit,
  intro,
  ...button
}: Omit<ButtonProps, "children"> & Omit<AskFormProps, "children"> & { label: string; title?: string }) {
  return (
    <DialogButton {...button} label={label} title={title}>
      {(close) => (
        <AskForm
          asks={asks}
          submit={submit ?? label}
          intro={intro}
          send={send}
          done={(answer) => {
            close();
            done(answer);
          }}
        />
      )}
    </DialogButton>
  );
}
