import { DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Dropdown, Flex, Progress, Table } from "antd";
import { useEffect, useRef, useState } from "react";
import { api, asProblem, type ImportItem, type ImportRecord, ok, type Permission } from "../../api";
import { ActButton } from "../../shared/act-button";
import { useKnownMe, useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { DownloadButton } from "../../shared/download-button";
import { Refusal } from "../../shared/states";
import type { FormProps, Recorded, Thing } from "../../shared/thing";
import { UploadButton } from "../../shared/upload-button";
import { fill } from "../../words";

type Kind = ImportItem["kind"];
type Shown = ReturnType<typeof told<ImportItem>>;

/** Which permission brings which sheet; the API asks for the same. */
const BRINGS: Record<Kind, Permission> = {
  students: "registration.recommend",
  ranks: "registration.recommend",
  mentors: "nomination.recommend",
  team: "nomination.recommend",
  sittings: "exam.arrange",
};

/** Choose a sheet: its template to fill in, or the filled one to bring. */
function Bring() {
  const { ui, enums } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const kind = useRef<Kind | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const kinds = (Object.keys(BRINGS) as Kind[]).filter((code) => me.permissions.includes(BRINGS[code]));
  if (!me.permissions.includes("import.bring") || kinds.length === 0) return null;
  const bring = async (code: Kind, file: File) => {
    setBusy(true);
    setError(null);
    try {
      const made = await ok(api.importsBring({ path: { kind: code }, body: { file } }));
      void navigate({ to: `/imports/${made.id}` as string });
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  const take = async (code: Kind) => {
    try {
      await download(`/imports/templates/${code}`, `${enums.importKind[code]}.xlsx`);
    } catch (wrong) {
      setError(wrong);
    }
  };
  return (
    <Flex vertical gap={8}>
      <Flex gap={8} wrap>
        <Dropdown
          trigger={["click"]}
          menu={{
            items: kinds.map((code) => ({ key: code, label: enums.importKind[code] })),
            onClick: ({ key }) => void take(key as Kind),
          }}
        >
          <Button icon={<DownloadOutlined />}>{ui.importTemplate}</Button>
        </Dropdown>
        <UploadButton
          label={ui.importBring}
          accept=".xlsx,.xls,.csv"
          chosen={(file) => kind.current && void bring(kind.current, file)}
        >
          {(open) => (
            <Dropdown
              trigger={["click"]}
              menu={{
                items: kinds.map((code) => ({ key: code, label: enums.importKind[code] })),
                onClick: ({ key }) => {
                  kind.current = key as Kind;
                  open();
                },
              }}
            >
              <Button type="primary" icon={<UploadOutlined />} loading={busy}>
                {ui.importBring}
              </Button>
            </Dropdown>
          )}
        </UploadButton>
      </Flex>
      <Refusal error={error} rest={error ? asProblem(error).errors.map((fault) => fault.message) : []} />
    </Flex>
  );
}

/** What became of the rows, the faults by row and column, the file with its faults marked, and entering it. */
function Body({ record, done }: FormProps<ImportRecord & Recorded>) {
  const { ui } = useWords();
  const me = useKnownMe();
  const working = record.state === "checking" || record.state === "entering";
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(done, 1_000);
    return () => clearInterval(timer);
  }, [working, done]);
  const whole = record.problems.filter((fault) => fault.row === 0);
  const rows = record.problems.filter((fault) => fault.row > 0);
  return (
    <Flex vertical gap={12}>
      {working && (
        <Alert
          type="info"
          showIcon
          title={record.state === "checking" ? ui.importChecking : ui.importEntering}
          description={
            <Progress percent={record.total ? Math.floor(((record.done ?? 0) / record.total) * 100) : 0} />
          }
        />
      )}
      {record.state === "ready" && (
        <Alert
          type="success"
          showIcon
          title={fill(ui.importReady, { new: record.new, changed: record.changed, same: record.same })}
          action={
            me.permissions.includes(BRINGS[record.kind]) && (
              <ActButton
                type="primary"
                label={ui.importEnter}
                send={(headers) => api.importsEnter({ path: { import_id: record.id }, headers })}
                done={done}
              />
            )
          }
        />
      )}
      {record.state === "entered" && (
        <Alert
          type="success"
          showIcon
          title={fill(ui.importEntered, { new: record.new, changed: record.changed, same: record.same })}
        />
      )}
      {whole.map((fault) => (
        <Alert key={fault.code} type="error" showIcon role="alert" title={fault.message} />
      ))}
      {rows.length > 0 && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={fill(ui.importFaulty, { rows: record.rows, faults: record.faults })}
          description={ui.importFaultyHint}
          action={
            <DownloadButton
              label={ui.markedWorkbook}
              path={`/imports/${record.id}/marked`}
              name={`${ui.marked}-${record.file_name}`}
            />
          }
        />
      )}
      {rows.length > 0 && (
        <Table
          rowKey={(fault) => `${fault.row} ${fault.column} ${fault.code}`}
          size="small"
          dataSource={rows}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            { title: ui.row, dataIndex: "row", width: 80, className: "fact" },
            { title: ui.column, dataIndex: "header", width: 140 },
            { title: ui.fault, dataIndex: "message" },
          ]}
        />
      )}
      <div>
        <DownloadButton label={ui.importFile} path={`/imports/${record.id}/file`} name={record.file_name} />
      </div>
    </Flex>
  );
}

const told = <I extends ImportItem>(item: I) => ({
  ...item,
  import_kind: item.kind,
  import_state: item.state,
  workbook: item.file_name,
  updated: item.changed,
});

export const imports: Thing<Shown, ImportRecord & Recorded> = {
  path: "/imports",
  title: (record) => record.file_name,
  columns: [
    "workbook",
    "import_kind",
    "unit_name",
    "import_state",
    "rows",
    "new",
    "updated",
    "faults",
    "created_at",
  ],
  filters: [{ name: "kind", from: "importKind" }],
  list: async (query) => {
    const answer = await api.importsList({ query: query as never });
    const items = answer.data?.items.map(told) ?? [];
    return { ...answer, data: answer.data && { ...answer.data, items } };
  },
  get: async (id) => {
    const answer = await api.importsGet({ path: { import_id: id } });
    return { ...answer, data: answer.data && told(answer.data) };
  },
  trail: (id) => api.importsTrail({ path: { import_id: id } }),
  facts: [
    "import_kind",
    "unit_name",
    "account_name",
    "created_at",
    "entered_at",
    "rows",
    "new",
    "updated",
    "same",
    "sha256",
  ],
  Body,
  Tools: Bring,
};
