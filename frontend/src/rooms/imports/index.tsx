import { Alert, Flex, Progress, Table, Typography } from "antd";
import { useEffect } from "react";
import { api, type ImportFault, type ImportItem, type ImportRecord } from "../../api";
import { ActButton } from "../../shared/act-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Recorded, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { date } from "../../words/dates";
import { BRINGS, Bring } from "./bring";

type Shown = ReturnType<typeof told<ImportItem>>;

/** What became of the rows, the faults by row and column, the file with its faults marked, and entering it. */
function Body({ record, done }: FormProps<ImportRecord & Recorded>) {
  const { ui, language } = useWords();
  const me = useKnownMe();
  const working = record.state === "checking" || record.state === "entering";
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(done, 1_000);
    return () => clearInterval(timer);
  }, [working, done]);
  const counts = { new: record.new, changed: record.changed, same: record.same };
  const whole = record.problems.filter((fault) => fault.row === 0);
  const rows = record.problems.filter((fault) => fault.row > 0 && !fault.note);
  const notes = record.problems.filter((fault) => fault.row > 0 && fault.note);
  const said = whole.filter((fault) => fault.note).map((fault) => fault.message);
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
      {record.state === "ready" && !record.erased_at && (
        <Alert
          type="success"
          showIcon
          title={fill(ui.importReady, counts)}
          description={said.join(" ")}
          action={
            record.open &&
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
        <Alert type="success" showIcon title={fill(ui.importEntered, counts)} description={said.join(" ")} />
      )}
      {whole
        .filter((fault) => !fault.note)
        .map((fault) => (
          <Alert key={fault.code} type="error" showIcon role="alert" title={fault.message} />
        ))}
      {rows.length > 0 && (
        <Found
          record={record}
          type="error"
          title={fill(ui.importFaulty, { rows: record.rows, faults: record.faults })}
          hint={ui.importFaultyHint}
          faults={rows}
        />
      )}
      {notes.length > 0 && (
        <Found
          record={record}
          type="warning"
          title={ui.importNotes}
          hint={ui.importNotesHint}
          faults={notes}
        />
      )}
      {record.erased_at ? (
        <Typography.Text type="secondary">
          {fill(ui.importErased, { day: date(record.erased_at, language) })}
        </Typography.Text>
      ) : record.open ? (
        <Flex gap={12} align="center" wrap>
          <DownloadButton label={ui.importFile} path={`/imports/${record.id}/file`} name={record.file_name} />
          <Typography.Text type="secondary">
            {fill(ui.importKeptUntil, { day: record.kept_until })}
          </Typography.Text>
        </Flex>
      ) : (
        <Typography.Text type="secondary">{ui.importOfAnother}</Typography.Text>
      )}
    </Flex>
  );
}

/** What was found by row and column, and the workbook with it marked. */
function Found({
  record,
  type,
  title,
  hint,
  faults,
}: {
  record: ImportRecord;
  type: "error" | "warning";
  title: string;
  hint: string;
  faults: ImportFault[];
}) {
  const { ui } = useWords();
  return (
    <>
      <Alert
        type={type}
        showIcon
        role="alert"
        title={title}
        description={hint}
        action={
          <DownloadButton
            label={type === "error" ? ui.markedWorkbook : ui.notedWorkbook}
            path={`/imports/${record.id}/marked`}
            name={`${ui.marked}-${record.file_name}`}
          />
        }
      />
      <Table
        rowKey={(fault) => `${fault.row} ${fault.column} ${fault.code}`}
        size="small"
        dataSource={faults}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: ui.row, dataIndex: "row", width: 80, className: "fact" },
          { title: ui.column, dataIndex: "header", width: 140 },
          { title: ui.fault, dataIndex: "message" },
        ]}
      />
    </>
  );
}

const told = <I extends ImportItem>(item: I) => ({
  ...item,
  import_kind: item.kind,
  import_state: item.state,
  workbook: item.file_name || null,
  updated: item.changed,
});

export const imports: Thing<Shown, ImportRecord & Recorded> = {
  path: "/imports",
  title: (record, _subject, words) => record.file_name || words.ui.importGone,
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
