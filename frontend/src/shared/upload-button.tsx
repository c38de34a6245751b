import { UploadOutlined } from "@ant-design/icons";
import { Button, type ButtonProps } from "antd";
import { type ReactNode, useRef } from "react";

/** A button that asks for a file. `label` names the hidden chooser; `children` may open it later (a menu). */
export function UploadButton({
  label,
  accept,
  id,
  chosen,
  children,
  ...button
}: Omit<ButtonProps, "children"> & {
  label: string;
  accept?: string;
  chosen: (file: File) => void;
  children?: (open: () => void) => ReactNode;
}) {
  const chooser = useRef<HTMLInputElement>(null);
  const open = () => chooser.current?.click();
  return (
    <>
      <input
        ref={chooser}
        id={id}
        type="file"
        className="unseen"
        tabIndex={-1}
        aria-hidden
        aria-label={label}
        accept={accept}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) chosen(file);
          event.currentTarget.value = "";
        }}
      />
      {children ? (
        children(open)
      ) : (
        <Button icon={<UploadOutlined />} {...button} onClick={open}>
          {label}
        </Button>
      )}
    </>
  );
}
