import { Alert, Button, Flex, Progress } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { api, asProblem, Intention, type JobBegun, type JobShown, ok } from "../api";
import { useWords } from "./context";
import { Refusal } from "./states";
import type { Answer } from "./thing";

/** Long work begun by one button: how far it is shows beside it, `finished` is called once when it is done. */
export function JobButton({
  label,
  icon,
  primary,
  running,
  send,
  finished,
  children,
}: {
  label: string;
  icon?: ReactNode;
  primary?: boolean;
  /** A job that was begun before this page was opened, and goes on. */
  running?: string | null;
  send: (headers: Record<string, string>) => Answer<JobBegun>;
  finished: (job: JobShown) => Promise<void> | void;
  children?: (job: JobShown | null) => ReactNode;
}) {
  const { ui } = useWords();
  const intention = useRef(new Intention());
  const last = useRef(finished);
  last.current = finished;
  const [job, setJob] = useState<JobShown | null>(null);
  const [jobId, setJobId] = useState<string | null>(running ?? null);
  const [error, setError] = useState<unknown>(null);
  const begin = async () => {
    setError(null);
    setJob(null);
    try {
      const begun = await ok(send(intention.current.headers([label, Date.now()])));
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
        if (found.state === "done") await last.current(found);
      } catch (wrong) {
        clearInterval(timer);
        setJobId(null);
        setError(wrong);
      }
    }, 700);
    return () => clearInterval(timer);
  }, [jobId]);
  return (
    <Flex vertical gap={6} align="start">
      <Button
        type={primary ? "primary" : "default"}
        icon={icon}
        loading={jobId !== null}
        onClick={() => void begin()}
      >
        {label}
      </Button>
      {jobId && job && job.total > 0 && (
        <Progress percent={Math.floor((job.done / job.total) * 100)} size="small" style={{ width: 180 }} />
      )}
      {job?.state === "failed" && <Alert type="error" showIcon title={job.error?.message ?? ui.failed} />}
      {children?.(job)}
      <Refusal error={error} />
    </Flex>
  );
}
