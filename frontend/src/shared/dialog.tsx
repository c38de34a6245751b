import { Button, type ButtonProps, Modal } from "antd";
import { type ReactNode, useState } from "react";

/** A button that opens a form in a dialog; the form closes it. */
export function DialogButton({
  label,
  title,
  children,
  ...button
}: Omit<ButtonProps, "children"> & {
  label: string;
  title?: string;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...button} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal
        open={open}
        title={title ?? label}
        footer={null}
        onCancel={() => setOpen(false)}
        destroyOnHidden
        width={640}
      >
        {open && children(() => setOpen(false))}
      </Modal>
    </>
  );
}
