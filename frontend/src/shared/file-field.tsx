import { PaperClipOutlined } from "@ant-design/icons";
import { Flex, Tag, Typography } from "antd";
import { useState } from "react";
import { api, asProblem, type FileKept, ok } from "../api";
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
  const { busy, fault, keep } = useKeep((kept) => {
    setName(kept.name);
    onChange?.(kept.id);
  });
  return (
    <Flex vertical gap={4}>
      <Flex gap={8} align="center" wrap>
        <UploadButton
          id={id}
          label={label ?? ui.chooseFile}
          accept={accept}
          icon={<PaperClipOutlined />}
          loading={busy}
          chosen={keep}
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

/** Several files, each kept at once; the form carries their ids. */
export function FilesField({ id, onChange }: { id?: string; onChange?: (ids: string[]) => void }) {
  const { ui } = useWords();
  const [files, setFiles] = useState<FileKept[]>([]);
  const change = (next: FileKept[]) => {
    setFiles(next);
    onChange?.(next.map((file) => file.id));
  };
  const { busy, fault, keep } = useKeep((kept) => change([...files, kept]));
  return (
    <Flex vertical gap={4} align="start">
      <UploadButton id={id} label={ui.chooseFile} icon={<PaperClipOutlined />} loading={busy} chosen={keep} />
      {files.map((file) => (
        <Tag key={file.id} closable onClose={() => change(files.filter((one) => one !== file))}>
          {file.name}
        </Tag>
      ))}
      {fault && (
        <Typography.Text type="danger" role="alert">
          {fault}
        </Typography.Text>
      )}
    </Flex>
  );
}

function useKeep(kept: (file: FileKept) => void) {
  const { ui } = useWords();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const keep = async (file: File) => {
    setBusy(true);
    setFault("");
    try {
      kept(await ok(api.filesUpload({ body: { file: await smaller(file) } })));
    } catch (wrong) {
      const problem = asProblem(wrong);
      setFault(problem.status === 0 ? ui.offline : problem.detail || problem.message);
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, keep: (file: File) => void keep(file) };
}
