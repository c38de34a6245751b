import { useQuery } from "@tanstack/react-query";
import { Button, Card, Checkbox, Flex, List, Tag } from "antd";
import { useState } from "react";
import { api, type BatchRecord, ok, type RecipientItem } from "../../api";
import { useWords } from "../../shared/context";
import { useReminders } from "../../shared/reminder-words";
import { Failed } from "../../shared/states";
import { fill } from "../../words";

const SIZE = 20;

/** The real list, with how it went; those who are ticked can be taken out while it waits. */
export function Recipients({ record, open, done }: { record: BatchRecord; open: boolean; done: () => void }) {
  const { ui } = useWords();
  const said = useReminders();
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<string[]>([]);
  const [wrong, setWrong] = useState<unknown>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["/outbox", "recipients", record.id, page],
    queryFn: () => ok(api.outboxRecipients({ path: { batch_id: record.id }, query: { page, size: SIZE } })),
  });
  const takeOut = async () => {
    try {
      await ok(api.outboxTakeOut({ path: { batch_id: record.id }, body: { messages: chosen } }));
      setChosen([]);
      setWrong(null);
    } catch (refused) {
      setWrong(refused);
    }
    done();
  };
  const turn = (id: string, on: boolean) =>
    setChosen((now) => (on ? [...now, id] : now.filter((one) => one !== id)));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card
      size="small"
      title={`${said.list} · ${record.count}`}
      extra={
        record.taken_out > 0 && (
          <span className="quiet">{fill(said.takenOutCount, { count: record.taken_out })}</span>
        )
      }
    >
      {wrong !== null && <Failed error={wrong} />}
      {chosen.length > 0 && (
        <Button danger onClick={() => void takeOut()}>
          {fill(said.takeOut, { count: chosen.length })}
        </Button>
      )}
      <List
        size="small"
        loading={isPending}
        dataSource={data?.items ?? []}
        locale={{ emptyText: ui.none }}
        rowKey="id"
        pagination={
          data && data.total > SIZE
            ? { current: page, pageSize: SIZE, total: data.total, showSizeChanger: false, onChange: setPage }
            : false
        }
        renderItem={(line) => (
          <List.Item>
            <Flex gap={8} align="baseline" wrap>
              {open && !line.removed_at && !line.ended_at && (
                <Checkbox
                  aria-label={fill(ui.select, { name: line.name })}
                  checked={chosen.includes(line.id)}
                  onChange={(event) => turn(line.id, event.target.checked)}
                />
              )}
              <span>{line.name}</span>
              <span className="quiet">{[line.unit_name, line.about].filter(Boolean).join(" · ")}</span>
            </Flex>
            <Standing line={line} />
          </List.Item>
        )}
      />
    </Card>
  );
}

function Standing({ line }: { line: RecipientItem }) {
  const said = useReminders();
  if (line.removed_at) return <Tag>{said.takenOut}</Tag>;
  if (line.ended_at) return <Tag>{said.ended}</Tag>;
  return (
    <Flex gap={4} wrap justify="end">
      {line.told_at && <Tag color="green">{said.told}</Tag>}
      {line.mail ? (
        <Tag
          color={line.mail === "failed" ? "red" : line.mail === "sent" ? "green" : "blue"}
          title={line.error ?? ""}
        >
          {said.mail} · {said.delivery[line.mail]}
          {line.error && line.mail === "failed" ? ` (${line.error})` : ""}
        </Tag>
      ) : (
        <Tag>{line.reachable ? said.reachable : said.noAddress}</Tag>
      )}
    </Flex>
  );
}
