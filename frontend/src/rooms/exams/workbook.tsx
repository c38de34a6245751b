import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Flex, List, Typography } from "antd";
import { useState } from "react";
import { type ApiProblem, api, asProblem, type MarksEntered, ok, type SittingRecord } from "../../api";
import { useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { DownloadButton } from "../../shared/download-button";
import { Refusal } from "../../shared/states";
import { UploadButton } from "../../shared/upload-button";
import { type FieldCode, fill } from "../../words";

/** Marks by workbook: all or none; faults by row and column, and the file again with the faults marked in it. */
export function Workbook({ sitting, done }: { sitting: SittingRecord; done: () => void }) {
  const { ui } = useWords();
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [entered, setEntered] = useState<MarksEntered | null>(null);
  const enter = async (chosen: File) => {
    setFile(chosen);
    setBusy(true);
    setProblem(null);
    setEntered(null);
    try {
      const path = { sitting_id: sitting.id };
      setEntered(await ok(api.sittingsMarksWorkbook({ path, body: { file: chosen } })));
      done();
    } catch (wrong) {
      setProblem(asProblem(wrong));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card size="small" title={ui.marksWorkbook}>
      <Typography.Paragraph type="secondary">{ui.marksWorkbookHint}</Typography.Paragraph>
      <Flex gap={8} wrap>
        <DownloadButton
          label={ui.template}
          path={`/exams/sittings/${sitting.id}/marks-template`}
          name={`${ui.marksWorkbook}.xlsx`}
        />
        <UploadButton
          type={sitting.marked < sitting.seated ? "primary" : "default"}
          label={ui.uploadWorkbook}
          accept=".xlsx,.xls,.csv"
          loading={busy}
          chosen={(chosen) => void enter(chosen)}
        />
      </Flex>
      {entered && (
        <Alert
          style={{ marginTop: 12 }}
          showIcon
          type={entered.differing.length > 0 ? "warning" : "success"}
          title={fill(ui.marksEntered, { first: entered.first, confirmed: entered.confirmed })}
          description={
            entered.differing.length > 0 &&
            fill(ui.marksDiffer, { tickets: entered.differing.slice(0, 20).join("、") })
          }
        />
      )}
      {problem && problem.errors.length === 0 && <Refusal error={problem} />}
      {problem && problem.errors.length > 0 && file && (
        <Faults sitting={sitting} problem={problem} file={file} />
      )}
    </Card>
  );
}

function Faults({ sitting, problem, file }: { sitting: SittingRecord; problem: ApiProblem; file: File }) {
  const words = useWords();
  const { ui, fields } = words;
  const [error, setError] = useState<unknown>(null);
  const back = async () => {
    const sent = new FormData();
    sent.append("file", file);
    try {
      await download(
        `/exams/sittings/${sitting.id}/marks-workbook/faults`,
        `${ui.marked}-${file.name}`,
        sent,
      );
    } catch (wrong) {
      setError(wrong);
    }
  };
  return (
    <Alert
      style={{ marginTop: 12 }}
      type="error"
      showIcon
      role="alert"
      title={fill(ui.workbookFaults, { count: Number(problem.extras.faults ?? problem.errors.length) })}
      action={
        <Button size="small" icon={<DownloadOutlined />} onClick={() => void back()}>
          {ui.markedWorkbook}
        </Button>
      }
      description={
        <>
          <List
            size="small"
            dataSource={problem.errors}
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            renderItem={(fault) => {
              const [, , row, column] = fault.pointer.split("/");
              return (
                <List.Item>
                  <span>
                    <strong className="fact">{fill(ui.rowNumber, { row })}</strong>{" "}
                    {fields[column as FieldCode] ?? ""}：{fault.message}
                  </span>
                </List.Item>
              );
            }}
          />
          <Refusal error={error} />
        </>
      }
    />
  );
}
