import { useQuery } from "@tanstack/react-query";
import { Card, Flex, Select, Table, Typography } from "antd";
import { useState } from "react";
import { api, ok, type TermHours } from "../../api";
import { useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { useOptions, usePlan } from "../../shared/plan";
import { Failed } from "../../shared/states";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { outsideWords } from "../../words/outside";

/** Teachers' hours of a term, as they count for the teaching load (P19). */
export function HoursPage() {
  const { fields, language } = useWords();
  const words = outsideWords(language);
  const terms = useOptions(usePlan()?.school_hours?.terms);
  const [term, setTerm] = useState<string>();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["hours", term],
    queryFn: () => ok(api.teacherHours({ query: { term } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const asked = term ?? data?.term;
  return (
    <Flex vertical gap={12}>
      <Flex justify="space-between" wrap gap={8}>
        <Typography.Title level={3} style={{ margin: 0 }}>
          {words.hours}
        </Typography.Title>
        <DownloadButton
          label={words.workbook}
          path={`/teacher-hours/workbook${term ? `?term=${term}` : ""}`}
          name={`${words.hours}.xlsx`}
        />
      </Flex>
      <Flex gap={8} wrap align="center">
        {terms.length > 0 && (
          <Select
            aria-label={words.term}
            value={asked}
            options={terms}
            onChange={setTerm}
            style={{ minWidth: 180 }}
          />
        )}
        <span className="quiet">{fill(words.hourHint, { count: data?.hour_minutes ?? "" })}</span>
      </Flex>
      <Card size="small">
        <WideTable<TermHours>
          rowKey="teacher_id"
          size="small"
          loading={isPending}
          dataSource={data?.items ?? []}
          pagination={false}
          columns={[
            { title: fields.teacher_name, dataIndex: "teacher_name", fixed: "left" },
            { title: fields.school_name, dataIndex: "school_name" },
            { title: words.lessonCount, dataIndex: "lessons", align: "right" },
            { title: words.minutes, dataIndex: "minutes", align: "right" },
            { title: fields.hours, dataIndex: "hours", align: "right" },
            { title: words.unconfirmed, dataIndex: "unconfirmed", align: "right" },
          ]}
          summary={() =>
            data && (
              <Table.Summary.Row>
                <Table.Summary.Cell index={0} colSpan={3}>
                  <strong>{words.total}</strong>
                </Table.Summary.Cell>
                <Table.Summary.Cell index={3} align="right">
                  <strong className="fact">{data.total_minutes}</strong>
                </Table.Summary.Cell>
                <Table.Summary.Cell index={4} align="right">
                  <strong className="fact">{data.total_hours}</strong>
                </Table.Summary.Cell>
                <Table.Summary.Cell index={5} />
              </Table.Summary.Row>
            )
          }
        />
      </Card>
    </Flex>
  );
}
