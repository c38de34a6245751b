import { PaperClipOutlined } from "@ant-design/icons";
import { Flex, Typography } from "antd";
import { useState } from "react";
import { api, asProblem, ok } from "../api";
import { useWords } from "./context";
import { smaller } from "./photo";
import { UploadButton } from "./upload-button";

/** Choose a file; it is kept at once, and the form carries its id. A refusal stands under the button. */
export function FileField({
  id,
  onChange,
  named,
  label,
  accept,
}: {
  id?: string;
  value?: string;
  onChange?: (id: string | undefined) => void;
  /** The file that is there already. */
  named?: string | null;
  label?: string;
  accept?: string;
}) {
  const { ui } = useWords();
  const [name, setName] = useState(named ?? "");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const keep = async (file: File) => {
    setBusy(true);
    setFault("");
    try {
      const kept = await ok(api.filesUpload({ body: { file: await smaller(file) } }));
      setName(kept.name);
      onChange?.(kept.id);
    } catch (wrong) {
      const problem = asProblem(wrong);
      setFault(problem.status === 0 ? ui.offline : problem.detail || problem.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={4}>
      <Flex gap={8} align="center" wrap>
        <UploadButton
          id={id}
          label={label ?? ui.chooseFile}
          accept={accept}
          icon={<PaperClipOutlined />}
          loading={busy}
          chosen={(file) => void keep(file)}
        />
        <span>{name}</span>
      </Flex>
      {fault && (
        <Typography.Text type="danger" role="alert">
          {fault}
        </Typography.Text>
      )}
    </Flex>
  );
}
