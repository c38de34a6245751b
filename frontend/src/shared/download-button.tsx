import { DownloadOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import { useState } from "react";
import { download } from "./download";
import { Refusal } from "./states";

/** A file of a record; what the API answers instead of it stands under the button. */
export function DownloadButton({
  label,
  path,
  name,
  sent,
  size,
}: {
  label: string;
  path: string;
  name: string;
  /** What the file is made from, where asking for it is an act of its own. */
  sent?: object;
  size?: "small";
}) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fetchIt = async () => {
    setBusy(true);
    setError(null);
    try {
      await download(path, name, sent);
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={8} align="start">
      <Button size={size} icon={<DownloadOutlined />} loading={busy} onClick={() => void fetchIt()}>
        {label}
      </Button>
      <Refusal error={error} />
    </Flex>
  );
}
