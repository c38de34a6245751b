import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Flex, List, Tag } from "antd";
import { useRef, useState } from "react";
import { api, Intention, ok, type ReportSessionRecord } from "../../api";
import { useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { Refusal } from "../../shared/states";
import type { FormProps } from "../../shared/thing";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { midtermWords } from "../../words/midterm";

/** The talks in their order; the office moves who waits up or down, or takes a student out while nobody has talked. */
export function Order({ record, done }: FormProps<ReportSessionRecord>) {
  const { ui, language } = useWords();
  const words = midtermWords(language);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const intention = useRef(new Intention());
  const talks = record.order;
  const moves = record.arranges && ["planned", "running"].includes(record.state);
  const put = async (ids: (string | null)[]) => {
    setBusy(true);
    setError(null);
    const body = { version: record.version, enrolment_ids: ids as string[] };
    try {
      const headers = intention.current.headers(body);
      await ok(api.midtermSessionsOrder({ path: { session_id: record.id }, body, headers }));
      intention.current.settled();
      done();
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  const ids = talks.map((talk) => talk.enrolment_id);
  const swapped = (i: number) => [...ids.slice(0, i), ids[i + 1], ids[i], ...ids.slice(i + 2)];
  // Who has talked keeps the place.
  const free = (i: number) => i >= record.current && i >= 0 && i < talks.length;
  return (
    <>
      <Refusal error={error} />
      <List
        size="small"
        dataSource={talks}
        rowKey="id"
        renderItem={(talk, i) => (
          <List.Item
            actions={
              moves
                ? [
                    <Button
                      key="up"
                      size="small"
                      icon={<UpOutlined />}
                      aria-label={words.up}
                      disabled={busy || !free(i) || !free(i - 1)}
                      onClick={() => void put(swapped(i - 1))}
                    />,
                    <Button
                      key="down"
                      size="small"
                      icon={<DownOutlined />}
                      aria-label={words.down}
                      disabled={busy || !free(i) || !free(i + 1)}
                      onClick={() => void put(swapped(i))}
                    />,
                    ...(record.state === "planned" && talks.length > 1
                      ? [
                          <Button
                            key="out"
                            size="small"
                            danger
                            disabled={busy}
                            onClick={() => void put(ids.filter((_, at) => at !== i))}
                          >
                            {ui.remove}
                          </Button>,
                        ]
                      : []),
                  ]
                : undefined
            }
          >
            <Flex vertical gap={2}>
              <Flex gap={8} wrap align="center">
                <span className="fact">{talk.position}.</span>
                <strong>{talk.student_name ?? fill(words.number, { number: talk.position })}</strong>
                {talk.mine && <Tag color="green">{words.mine}</Tag>}
                {talk.state !== "waiting" && <Tag>{words.states[talk.state]}</Tag>}
              </Flex>
              <span className="quiet">
                {[dateTime(talk.starts_at, language), talk.school_name, talk.mentor_name]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              {talk.slides_id && (
                <DownloadButton
                  size="small"
                  label={talk.slides_name ?? words.slides}
                  path={`/midterm-sessions/${record.id}/talks/${talk.id}/slides`}
                  name={talk.slides_name ?? "slides.pdf"}
                />
              )}
            </Flex>
          </List.Item>
        )}
      />
    </>
  );
}
