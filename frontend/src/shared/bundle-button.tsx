import { FileZipOutlined } from "@ant-design/icons";
import { Alert } from "antd";
import { api, type BundlesMakeData } from "../api";
import { fill } from "../words";
import { useWords } from "./context";
import { download } from "./download";
import { JobButton } from "./job-button";

/** Many documents by one button: a job makes them, its progress shows, the archive comes by itself. */
export function BundleButton({ kind, label }: { kind: BundlesMakeData["path"]["kind"]; label: string }) {
  const { ui } = useWords();
  return (
    <JobButton
      label={label}
      icon={<FileZipOutlined />}
      send={(headers) => api.bundlesMake({ path: { kind }, headers })}
      finished={(job) => download(`/jobs/${job.id}/file`, `${label}.zip`)}
    >
      {(job) => {
        const left = (job?.result?.failed as string[] | undefined) ?? [];
        return (
          left.length > 0 && (
            <Alert
              type="warning"
              showIcon
              title={fill(ui.bundleFailed, { count: left.length })}
              description={left.join("；")}
            />
          )
        );
      }}
    </JobButton>
  );
}
