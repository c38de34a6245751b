import { Link } from "@tanstack/react-router";
import { Alert, Card, Col, Flex, Form, Input, InputNumber, Row, Typography } from "antd";
import { useState } from "react";
import { type AppraisalRecord, api } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { type Named, type PlanParts, useNamed, usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { accountsWords } from "../../words/accounts";
import { NumbersCard, useNumbers } from "./numbers";

type Criterion = NonNullable<PlanParts["appraisal"]>["criteria"][number];
type Lines = Record<string, { points: number | null; comment: string }>;

const EMPTY: Lines[string] = { points: null, comment: "" };

/** A city's sheet: the lines with their points and reasons, the city's numbers beside it. */
export function SheetBody({ record, done }: FormProps<AppraisalRecord>) {
  const { language } = useWords();
  const words = accountsWords(language);
  const writes = useKnownMe().permissions.includes("appraisal.write");
  const { data } = useNumbers(record.city_id);
  const lines = record.numbers ?? data?.items;
  return (
    <Flex vertical gap={16}>
      {record.asked && <Alert type="info" title={words.asked} description={record.asked} />}
      {record.answer && <Alert type="success" title={words.answer} description={record.answer} />}
      <Flex gap={12} wrap align="center">
        {record.summary_id && (
          <Link to={`/summaries/${record.summary_id}` as string}>{words.citySummary}</Link>
        )}
        {record.state === "decided" && (
          <DownloadButton
            label={words.print}
            path={`/appraisals/${record.id}/sheet.pdf`}
            name={`${words.sheet} ${record.city_name}.pdf`}
          />
        )}
      </Flex>
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={15}>
          {writes && record.state === "draft" ? (
            <Write record={record} done={done} />
          ) : (
            <Written record={record} />
          )}
        </Col>
        <Col xs={24} lg={9}>
          {lines && (
            <NumbersCard
              title={record.numbers ? words.cityNumbers : words.numbersNow}
              lines={lines}
              now={record.numbers ? data?.items : undefined}
            />
          )}
        </Col>
      </Row>
    </Flex>
  );
}

function Write({ record, done }: FormProps<AppraisalRecord>) {
  const { language, ui } = useWords();
  const words = accountsWords(language);
  const name = useNamed();
  const sheet = usePlan()?.appraisal;
  const [lines, setLines] = useState<Lines>(() => ({ ...record.scores }));
  const set = (code: string, part: Partial<Lines[string]>) =>
    setLines((old) => ({ ...old, [code]: { ...(old[code] ?? EMPTY), ...part } }));
  const sum = Object.values(lines).reduce((total, line) => total + (line.points ?? 0), 0);
  return (
    <Card size="small" title={words.sheet} extra={<Ladder />}>
      <AskForm
        submit={ui.save}
        asks={[{ name: "comment", label: words.overall, kind: "long", rows: 3, initial: record.comment }]}
        send={(values) =>
          api.appraisalsWrite({
            body: {
              city_id: record.city_id,
              version: record.version,
              comment: String(values.comment ?? ""),
              scores: Object.fromEntries(
                Object.entries(lines).flatMap(([code, { points, comment }]) =>
                  points === null ? [] : [[code, { points, comment }]],
                ),
              ),
            },
          })
        }
        done={done}
      >
        {() => (
          <Flex vertical gap={12} style={{ marginBottom: 12 }}>
            {(sheet?.criteria ?? []).map((one) => (
              <Form.Item key={one.code} label={name(one)} style={{ marginBottom: 0 }}>
                <Flex gap={8} wrap>
                  <InputNumber
                    aria-label={`${words.points} · ${name(one)}`}
                    min={0}
                    max={one.points}
                    step={0.5}
                    suffix={`/ ${one.points}`}
                    style={{ width: 130 }}
                    value={lines[one.code]?.points ?? null}
                    onChange={(points) => set(one.code, { points })}
                  />
                  <Input
                    aria-label={`${words.why} · ${name(one)}`}
                    placeholder={sheet?.reason_below_full ? words.whyHint : words.why}
                    maxLength={1000}
                    style={{ flex: "1 1 220px" }}
                    value={lines[one.code]?.comment ?? ""}
                    onChange={(event) => set(one.code, { comment: event.target.value })}
                  />
                </Flex>
              </Form.Item>
            ))}
            <Typography.Text strong className="fact">
              {words.sum} {sum}
            </Typography.Text>
          </Flex>
        )}
      </AskForm>
    </Card>
  );
}

/** From how many points on which grade. */
function Ladder() {
  const words = accountsWords(useWords().language);
  const name = useNamed();
  const grades = usePlan()?.appraisal?.grades ?? [];
  return (
    <span className="quiet">
      {grades
        .map((one) => fill(words.ladder, { name: name(one), from: Number(one.from_points) }))
        .join(" · ")}
    </span>
  );
}

function Written({ record }: { record: AppraisalRecord }) {
  const words = accountsWords(useWords().language);
  const name = useNamed();
  const criteria = usePlan()?.appraisal?.criteria ?? [];
  // A city that is asked for more reads the question, and nothing of the sheet.
  if (Object.keys(record.scores).length === 0) return null;
  return (
    <Card size="small" title={words.sheet} extra={<Ladder />}>
      <WideTable<Criterion>
        rowKey="code"
        size="small"
        pagination={false}
        scroll={undefined}
        dataSource={criteria}
        columns={[
          { title: words.criterion, render: (_, one) => name(one) },
          {
            title: words.points,
            align: "right",
            className: "fact",
            render: (_, one) => (
              <span style={{ whiteSpace: "nowrap" }}>
                {record.scores[one.code]?.points ?? "—"} / {one.points}
              </span>
            ),
          },
          { title: words.why, render: (_, one) => record.scores[one.code]?.comment },
        ]}
      />
      <Typography.Paragraph strong style={{ marginTop: 12 }}>
        {words.sum} {record.points} · <CityGrade code={record.city_grade} />
      </Typography.Paragraph>
      {record.comment && (
        <Typography.Paragraph style={{ whiteSpace: "pre-wrap", marginBottom: 0 }}>
          {record.comment}
        </Typography.Paragraph>
      )}
    </Card>
  );
}

/** A grade by its name in the plan, and whether the year is accepted with it. */
export function CityGrade({ code }: { code: string | null }) {
  const { language, ui } = useWords();
  const name = useNamed();
  const grades = usePlan()?.appraisal?.grades;
  const found: (Named & { accepted?: boolean }) | undefined = grades?.find((one) => one.code === code);
  if (!code) return ui.none;
  if (!found) return code;
  return name(found) + (found.accepted === false ? accountsWords(language).notAccepted : "");
}
