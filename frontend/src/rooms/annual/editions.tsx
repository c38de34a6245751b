import { Card, Collapse, Flex, Tag, Typography } from "antd";
import type { AnnualRecord } from "../../api";
import { useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { useNamed, usePlan } from "../../shared/plan";
import { fill } from "../../words";
import { dateTime, lastDay } from "../../words/dates";

/** Which papers are there and which are asked for still, and until when. */
export function Completeness({ record }: { record: AnnualRecord }) {
  const { ui, language } = useWords();
  const name = useNamed();
  const annual = usePlan()?.evaluations.annual;
  const given = new Set(record.materials.filter((one) => one.file_id).map((one) => one.kind));
  const closes = record.actions?.find((one) => one.action === "submit")?.closes_at;
  return (
    <Card
      size="small"
      title={ui.dossier.complete}
      extra={closes && fill(ui.dossier.until, { day: lastDay(closes, language) })}
    >
      <Flex gap={8} wrap>
        {(annual?.materials ?? []).map((kind) => {
          const needed = annual?.required_materials.includes(kind.code);
          const there = given.has(kind.code);
          return (
            <Tag key={kind.code} color={there ? "green" : needed ? "red" : undefined}>
              {name(kind)} · {there ? ui.dossier.there : needed ? ui.dossier.missing : ui.dossier.optional}
            </Tag>
          );
        })}
      </Flex>
    </Card>
  );
}

/** The dossier as it was handed in each time, the last first. */
export function EditionsCard({ record }: { record: AnnualRecord }) {
  const { ui, language } = useWords();
  return (
    <Card size="small" title={ui.dossier.editions}>
      <Collapse
        size="small"
        items={record.editions.map((one) => ({
          key: one.number,
          label: `${fill(ui.dossier.edition, { number: one.number })} · ${dateTime(one.submitted_at, language)}`,
          children: (
            <Flex vertical gap={8} align="start">
              <strong>{one.report_title}</strong>
              {one.summary && (
                <Typography.Paragraph style={{ whiteSpace: "pre-wrap", margin: 0 }}>
                  {one.summary}
                </Typography.Paragraph>
              )}
              <Flex gap={8} wrap>
                {one.materials.map(
                  (paper) =>
                    paper.file_id && (
                      <DownloadButton
                        key={paper.file_id}
                        size="small"
                        label={paper.title}
                        path={`/evaluations/annual/${record.id}/materials/${paper.file_id}`}
                        name={`${record.student_name}-${paper.title}-${one.number}`}
                      />
                    ),
                )}
              </Flex>
            </Flex>
          ),
        }))}
      />
    </Card>
  );
}
