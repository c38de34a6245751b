import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Button, Card, Collapse, Flex, List, Table, Typography } from "antd";
import { api, apiOrigin, type FunnelRow, ok, type PublicCycle, type SeedShown } from "../api";
import { useWords } from "../shared/context";
import { useOpen } from "../shared/open-words";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { dateTime } from "../words/dates";
import { FunnelTable } from "./funnel-table";
import { Frame } from "./public";
import { PublicLines } from "./public-lists";
import { Mine, VerifyButtons } from "./verify";

/** A year in the open: plan, windows, numbers, lines, seeds, and the record that anybody can recompute. */
export function PublicCyclePage() {
  const words = useWords();
  const { code } = useParams({ strict: false }) as { code: string };
  const { data, error } = useQuery({
    queryKey: ["public", "cycle", code],
    queryFn: () => ok(api.publicCycle({ path: { code } })),
  });
  const open = useOpen();
  if (error) return <Frame>{<Failed error={error} />}</Frame>;
  if (!data) return <Frame>{<Loading />}</Frame>;
  const { language } = words;
  return (
    <Frame>
      <Flex vertical gap={16}>
        <Typography.Title level={4} style={{ margin: 0 }}>
          {language === "en" && data.title_en ? data.title_en : data.title}
        </Typography.Title>
        <Records cycle={data} />
        {data.numbers && (
          <Card title={open.numbersTitle}>
            <FunnelTable funnel={{ ...data.numbers, items: named(data.numbers.items, data, language) }} />
          </Card>
        )}
        <PublicLines />
        <Windows cycle={data} />
        <Seeds cycle={data} />
        <Card title={open.plan}>
          <div className="quiet">{fill(open.planVersion, { number: data.plan_version })}</div>
          <code style={{ overflowWrap: "anywhere" }}>{data.plan_digest}</code>
          <Collapse
            ghost
            items={[
              {
                key: "source",
                label: open.planSource,
                children: <pre style={{ whiteSpace: "pre-wrap", fontSize: 12 }}>{data.plan_source}</pre>,
              },
            ]}
          />
        </Card>
      </Flex>
    </Frame>
  );
}

/** Subjects by the reader's language: the numbers name them in Chinese. */
function named(rows: FunnelRow[], cycle: PublicCycle, language: string): FunnelRow[] {
  return rows.map((row) => ({ ...row, subject_name: subjectOf(cycle, row.subject, language) }));
}

function subjectOf(cycle: PublicCycle, code: string, language: string): string {
  const found = cycle.subjects.find((one) => one.code === code);
  return found ? (language === "en" ? found.name_en : found.name) : code;
}

function Records({ cycle }: { cycle: PublicCycle }) {
  const open = useOpen();
  const { ui, language } = useWords();
  const file = (number: number) =>
    `${apiOrigin()}/api/v1/public/cycles/${cycle.code}/record?number=${number}`;
  return (
    <Card title={open.record}>
      <Typography.Paragraph type="secondary">{open.recordHint}</Typography.Paragraph>
      {cycle.records.length === 0 ? (
        <Typography.Text>{open.none}</Typography.Text>
      ) : (
        <Flex vertical gap={16}>
          <List
            size="small"
            dataSource={cycle.records}
            renderItem={(one) => (
              <List.Item
                actions={[
                  <Button
                    key="file"
                    size="small"
                    href={file(one.number)}
                    download={`${cycle.code}-${one.number}.json`}
                  >
                    {ui.download}
                  </Button>,
                ]}
              >
                <List.Item.Meta
                  title={fill(open.version, { number: one.number, at: dateTime(one.made_at, language) })}
                  description={<code style={{ overflowWrap: "anywhere" }}>SHA-256 {one.digest}</code>}
                />
              </List.Item>
            )}
          />
          <VerifyButtons code={cycle.code} />
          <Mine code={cycle.code} />
          <Typography.Text type="secondary">{open.command}</Typography.Text>
        </Flex>
      )}
    </Card>
  );
}

function Windows({ cycle }: { cycle: PublicCycle }) {
  const open = useOpen();
  const { enums, language } = useWords();
  return (
    <Card title={open.windows}>
      <List
        size="small"
        dataSource={cycle.stages}
        renderItem={(one) => (
          <List.Item style={{ display: "block" }}>
            <Flex justify="space-between" wrap gap={4}>
              <span>
                {enums.stage[one.code]} <span className="quiet">{enums.stageState[one.state]}</span>
              </span>
              <span className="quiet fact">
                {dateTime(one.opens_at, language)} – {dateTime(one.closes_at, language)}
              </span>
            </Flex>
          </List.Item>
        )}
      />
    </Card>
  );
}

function Seeds({ cycle }: { cycle: PublicCycle }) {
  const open = useOpen();
  const { ui, fields, language } = useWords();
  if (cycle.seeds.length === 0) return null;
  return (
    <Card title={open.seeds}>
      <Typography.Paragraph type="secondary">{open.seedsHint}</Typography.Paragraph>
      <Table<SeedShown>
        rowKey={(one) => `${one.what}${one.city_name}${one.subject}`}
        size="small"
        dataSource={cycle.seeds}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false, size: "small" }}
        scroll={{ x: "max-content" }}
        columns={[
          { title: open.seeds, render: (_, one) => open.seedKinds[one.what] },
          { title: fields.city_name, dataIndex: "city_name" },
          { title: fields.subject, render: (_, one) => subjectOf(cycle, one.subject, language) },
          { title: ui.hall.opened, render: (_, one) => <code>{one.seed ?? open.sealed}</code> },
          {
            title: ui.hall.digest,
            render: (_, one) => <code title={one.digest}>{one.digest.slice(0, 16)}…</code>,
          },
        ]}
      />
    </Card>
  );
}
