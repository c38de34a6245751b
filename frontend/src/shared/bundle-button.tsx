import { FileZipOutlined } from "@ant-design/icons";
import { Alert, Button, Flex, Progress } from "antd";
import { useEffect, useRef, useState } from "react";
import { api, asProblem, type BundlesMakeData, Intention, type JobShown, ok } from "../api";
import { fill } from "../words";
import { useWords } from "./context";
import { download } from "./download";
import { Refusal } from "./states";

/** Many documents by one button: a job makes them, its progress shows, the archive comes by itself. */
export function BundleButton({ kind, label }: { kind: BundlesMakeData["path"]["kind"]; label: string }) {
  const { ui } = useWords();
  const intention = useRef(new Intention());
  const [job, setJob] = useState<JobShown | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const begin = async () => {
    setError(null);
    setJob(null);
    try {
      const headers = intention.current.headers([kind, Date.now()]);
      const begun = await ok(api.bundlesMake({ path: { kind }, headers }));
      intention.current.settled();
      setJobId(begun.job_id);
    } catch (wrong) {
      if (!asProblem(wrong).unanswered) intention.current.settled();
      setError(wrong);
    }
  };
  useEffect(() => {
    if (!jobId) return;
    const timer = setInterval(async () => {
      try {
        const found = await ok(api.jobsGet({ path: { job_id: jobId } }));
        setJob(found);
        if (found.state !== "done" && found.state !== "failed") return;
        clearInterval(timer);
        setJobId(null);
        if (found.state === "done") await download(`/jobs/${jobId}/file`, `${label}.zip`);
      } catch (wrong) {
        clearInterval(timer);
        setJobId(null);
        setError(wrong);
      }
    }, 700);
    return () => clearInterval(timer);
  }, [jobId, label]);
  const left = (job?.result?.failed as string[] | undefined) ?? [];
  return (
    <Flex vertical gap={6} align="start">
      <Button icon={<FileZipOutlined />} loading={jobId !== null} onClick={() => void begin()}>
        {label}
      </Button>
      {jobId && job && job.total > 0 && (
        <Progress percent={Math.floor((job.done / job.total) * 100)} size="small" style={{ width: 180 }} />
      )}
      {job?.state === "failed" && <Alert type="error" showIcon title={job.error?.message ?? ui.failed} />}
      {left.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={fill(ui.bundleFailed, { count: left.length })}
          description={left.join("；")}
        />
      )}
      <Refusal error={error} />
    </Flex>
  );
}
