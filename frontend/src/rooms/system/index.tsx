import { useQuery } from "@tanstack/react-query";
import { Alert, Col, Flex, Row, Typography } from "antd";
import type { ReactNode } from "react";
import { api, ok, type SystemStatus, type UpkeepStatus } from "../../api";
import { ActButton } from "../../shared/act-button";
import { useWords } from "../../shared/context";
import { Failed, Loading } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { systemWords } from "../../words/system";
import { Facts } from "./facts";
import { Head } from "./head";

const EVERY = 30_000;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** Seconds. */
const DAY = 86_400;

/** How the installation is: one calm line when all is well, plain sentences when not, the figures below. */
export function SystemPage() {
  const { language } = useWords();
  const words = systemWords(language);
  const { data, error, refetch } = useQuery({
    queryKey: ["status", language],
    queryFn: () => ok(api.statusGet()),
    refetchInterval: EVERY,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Flex vertical gap={12}>
      <Flex justify="space-between" align="baseline" wrap gap={8}>
        <Typography.Title level={3} style={{ margin: 0 }}>
          {words.title}
        </Typography.Title>
        <span className="quiet">{fill(words.asOf, { at: dateTime(data.at, language) })}</span>
      </Flex>
      <Said status={data} />
      <Row gutter={[12, 12]}>
        <Half>
          <Safety status={data} />
        </Half>
        <Half>
          <Head head={data.head} again={() => void refetch()} />
        </Half>
        <Half>
          <Jobs status={data} again={() => void refetch()} />
        </Half>
        <Half>
          <Outbox status={data} />
        </Half>
        <Half>
          <Refused status={data} />
        </Half>
        <Half>
          <Machine status={data} />
        </Half>
      </Row>
    </Flex>
  );
}

function Half({ children }: { children: ReactNode }) {
  return (
    <Col xs={24} xl={12}>
      {children}
    </Col>
  );
}

const GRAVE = new Set<string>([
  "chain_broken",
  "doctor_found",
  "schema_behind",
  "backup_failed",
  "drill_failed",
]);

function Said({ status }: { status: SystemStatus }) {
  const { language } = useWords();
  const words = systemWords(language);
  if (status.concerns.length === 0)
    return <Alert type="success" showIcon title={words.well} description={words.wellHint} />;
  return (
    <Alert
      type={status.concerns.some((concern) => GRAVE.has(concern)) ? "error" : "warning"}
      showIcon
      title={fill(words.look, { count: status.concerns.length })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {status.concerns.map((concern) => (
            <li key={concern}>
              {words.concerns[concern].said}
              <div className="quiet">{words.concerns[concern].todo}</div>
            </li>
          ))}
        </ul>
      }
    />
  );
}

function Safety({ status }: { status: SystemStatus }) {
  const { language } = useWords();
  const words = systemWords(language);
  return (
    <Facts
      title={words.safety}
      facts={status.upkeep.map((run) => [words.kinds[run.kind], <Outcome key={run.kind} run={run} />])}
    />
  );
}

function Outcome({ run }: { run: UpkeepStatus }) {
  const { language } = useWords();
  const words = systemWords(language);
  if (!run.at) return <span className="quiet">{words.never}</span>;
  const figures =
    run.kind === "chain"
      ? fill(words.entries, { count: run.count ?? 0 })
      : run.kind === "doctor"
        ? fill(words.asked, { count: run.count ?? 0 })
        : fill(words.rows, { count: run.count ?? 0, files: run.files ?? 0 });
  return (
    <div>
      <div>
        <Typography.Text type={run.ok ? "success" : "danger"}>
          {run.ok ? words.ok : words.notOk}
        </Typography.Text>{" "}
        {dateTime(run.at, language)}
      </div>
      <small className="quiet" style={{ overflowWrap: "anywhere" }}>
        {run.error ? fill(words.because, { error: run.error }) : figures}
        {run.wrong > 0 && ` · ${fill(words.wrong[run.kind], { count: run.wrong })}`}
        {run.bytes !== null && ` · ${(run.bytes / MIB).toFixed(1)} MiB`}
        {run.file && ` · ${run.file}`}
        {!run.ok && run.well_at && ` · ${fill(words.lastWell, { at: dateTime(run.well_at, language) })}`}
      </small>
    </div>
  );
}

function Machine({ status }: { status: SystemStatus }) {
  const { language } = useWords();
  const words = systemWords(language);
  const seconds = (count: number) =>
    Math.abs(count) < DAY
      ? fill(words.seconds, { count: Math.round(count * 10) / 10 })
      : fill(words.days, { count: Math.round(count / DAY) });
  const { free, total } = status.disk;
  const revision =
    status.schema_revision === status.schema_newest
      ? status.schema_revision
      : `${status.schema_revision} → ${status.schema_newest}`;
  return (
    <Facts
      title={words.machine}
      facts={[
        [words.version, status.version],
        [words.schema, revision],
        [words.disk, `${(free / GIB).toFixed(1)} / ${(total / GIB).toFixed(1)} GiB`],
        [words.apart, seconds(status.clock_apart)],
        ...(status.clock_turned ? [[words.turned, seconds(status.clock_turned)] as [string, ReactNode]] : []),
      ]}
    />
  );
}

function Jobs({ status, again }: { status: SystemStatus; again: () => void }) {
  const { language } = useWords();
  const words = systemWords(language);
  const { jobs } = status;
  return (
    <Facts
      title={words.jobs}
      facts={[
        [words.queued, jobs.queued],
        [words.running, jobs.running],
        ...(jobs.oldest_queued_at
          ? [[words.oldest, dateTime(jobs.oldest_queued_at, language)] as [string, ReactNode]]
          : []),
        [words.failed, jobs.failed.length || words.none],
      ]}
    >
      {jobs.failed.map((job) => (
        <Flex key={job.id} justify="space-between" align="center" gap={8} wrap style={{ paddingBlock: 4 }}>
          <span style={{ overflowWrap: "anywhere" }}>
            {words.kind[job.kind] ?? <code>{job.kind}</code>}：{job.message}{" "}
            <small className="quiet">{dateTime(job.finished_at, language)}</small>
          </span>
          <ActButton
            size="small"
            label={words.retry}
            hint={fill(words.retryHint, { kind: words.kind[job.kind] ?? job.kind })}
            send={(headers) => api.statusRetry({ path: { job_id: job.id }, headers })}
            done={again}
          />
        </Flex>
      ))}
    </Facts>
  );
}

function Outbox({ status }: { status: SystemStatus }) {
  const { language } = useWords();
  const words = systemWords(language);
  const { outbox } = status;
  return (
    <Facts
      title={words.outbox}
      facts={[
        [words.waiting, outbox.waiting],
        [words.overdue, outbox.overdue || words.none],
        [words.failedToSend, outbox.failed || words.none],
      ]}
    />
  );
}

function Refused({ status }: { status: SystemStatus }) {
  const words = systemWords(useWords().language);
  const { refused } = status;
  if (refused.length === 0)
    return <Facts title={words.refused} facts={[[words.refusedLately, words.none]]} />;
  return (
    <Facts
      title={words.refused}
      facts={refused.map(({ kind, day, week }) => [
        words.refusals[kind],
        fill(words.refusedOf, { day, week }),
      ])}
    />
  );
}
