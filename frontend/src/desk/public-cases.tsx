import { useQuery } from "@tanstack/react-query";
import { Card, List, Typography } from "antd";
import { useState } from "react";
import { api, ok } from "../api";
import { useWords } from "../shared/context";
import { afterWords } from "../words/after";

const SIZE = 5;

/** Model cases that their unit and everybody named agree to show; the card is not there while there are none. */
export function PublicCases() {
  const { language } = useWords();
  const [page, setPage] = useState(1);
  const { data } = useQuery({
    queryKey: ["public", "cases", page],
    queryFn: () => ok(api.publicModelCases({ query: { page, size: SIZE } })),
  });
  if (!data || data.total === 0) return null;
  return (
    <Card title={afterWords(language).public}>
      <List
        dataSource={data.items}
        rowKey="id"
        pagination={
          data.total > SIZE && { current: page, pageSize: SIZE, total: data.total, onChange: setPage }
        }
        renderItem={(one) => (
          <List.Item style={{ display: "block" }}>
            <List.Item.Meta
              title={one.case_title}
              description={`${one.unit_name} · ${one.cycle_year}`}
              style={{ marginBottom: 4 }}
            />
            <Typography.Paragraph
              style={{ whiteSpace: "pre-wrap", margin: 0 }}
              ellipsis={{ rows: 4, expandable: true }}
            >
              {one.text}
            </Typography.Paragraph>
          </List.Item>
        )}
      />
    </Card>
  );
}
