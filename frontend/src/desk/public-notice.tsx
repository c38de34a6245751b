import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert, Card, Flex, Input, List, Typography } from "antd";
import { useState } from "react";
import { api, type DisclosedLine, ok, type PublicDisclosure } from "../api";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { useOpen } from "../shared/open-words";
import { Failed, Loading } from "../shared/states";
import { word } from "../shared/values";
import { fill } from "../words";
import { date, lastDay } from "../words/dates";
import { Frame, noticeTitle, Period } from "./public";

/** One list on public notice: what it shows, its editions, and the way to object. */
export function PublicNoticePage() {
  const words = useWords();
  const { id } = useParams({ strict: false }) as { id: string };
  const { data, error } = useQuery({
    queryKey: ["public", "notice", id],
    queryFn: () => ok(api.publicNotice({ path: { disclosure_id: id } })),
  });
  const open = useOpen();
  if (error) return <Frame>{<Failed error={error} />}</Frame>;
  if (!data) return <Frame>{<Loading />}</Frame>;
  return (
    <Frame>
      <Flex vertical gap={16}>
        <Card>
          <Flex justify="space-between" align="start" wrap gap={12}>
            <div>
              <Typography.Title level={4} style={{ marginTop: 0 }}>
                {noticeTitle(words, data)}
              </Typography.Title>
              <Period one={data} />
            </div>
            {data.running && <ObjectButton notice={data} />}
          </Flex>
          {data.reason && (
            <Alert
              style={{ marginTop: 12 }}
              type="info"
              showIcon
              title={fill(open.corrected, { reason: data.reason })}
            />
          )}
        </Card>
        <Lines notice={data} />
        {data.editions.length > 1 && (
          <Card size="small" title={open.editions}>
            <List
              size="small"
              dataSource={data.editions}
              renderItem={(one) => (
                <List.Item>
                  <Link to={`/public/notices/${one.id}` as string}>
                    {fill(open.edition, { edition: one.edition })} · {date(one.began_at, words.language)} ·{" "}
                    {words.enums.disclosure[one.state]}
                  </Link>
                  <span className="quiet">{one.reason}</span>
                </List.Item>
              )}
            />
          </Card>
        )}
        <Card size="small" title={open.evidence}>
          <Typography.Paragraph type="secondary">{open.evidenceHint}</Typography.Paragraph>
          <code style={{ overflowWrap: "anywhere" }}>{data.evidence_digest}</code>
        </Card>
      </Flex>
    </Frame>
  );
}

/** The lines: numbers to be looked up, or names with what else is safe to show. */
function Lines({ notice }: { notice: PublicDisclosure }) {
  const words = useWords();
  const open = useOpen();
  const { ui } = words;
  const [text, setText] = useState("");
  if (!notice.lines)
    return <Alert type="info" title={fill(open.over, { at: lastDay(notice.ends_at, words.language) })} />;
  const shown = notice.lines.filter((line) => `${line.number}${line.name}`.includes(text));
  return (
    <Card>
      {notice.lines.length > 8 && (
        <Input.Search
          allowClear
          aria-label={open.find}
          placeholder={open.find}
          onChange={(event) => setText(event.target.value.trim())}
          style={{ marginBottom: 8 }}
        />
      )}
      <List<DisclosedLine>
        size="small"
        dataSource={shown}
        locale={{ emptyText: text ? fill(open.notFound, { text }) : ui.none }}
        pagination={{ pageSize: 30, hideOnSinglePage: true, showSizeChanger: false, size: "small" }}
        renderItem={(line) => (
          <List.Item>
            <span className="fact">{line.number || line.name}</span>
            <span className="quiet">
              {[
                line.number && line.name,
                line.university_name,
                line.title,
                line.standing,
                line.mentor_name,
                line.outcome && word(words, "grade", line.outcome),
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </List.Item>
        )}
      />
      {notice.unnamed > 0 && (
        <Typography.Text type="secondary">{fill(open.unnamed, { count: notice.unnamed })}</Typography.Text>
      )}
    </Card>
  );
}

function ObjectButton({ notice }: { notice: PublicDisclosure }) {
  const open = useOpen();
  const { ui, language } = useWords();
  const [raised, setRaised] = useState<{ receipt: string; due_at: string } | null>(null);
  return (
    <DialogButton type="primary" label={ui.object}>
      {() =>
        raised ? (
          <Alert
            type="success"
            showIcon
            title={open.raised}
            description={
              <>
                <Typography.Paragraph copyable={{ text: raised.receipt }}>
                  {open.receipt} <strong className="fact">{raised.receipt}</strong>
                </Typography.Paragraph>
                {fill(open.keepReceipt, { at: lastDay(raised.due_at, language) })}
              </>
            }
          />
        ) : (
          <AskForm
            asks={[
              { name: "text", label: open.text, kind: "long", required: true, hint: open.textHint },
              { name: "about", label: open.about, hint: open.aboutHint, max: 100 },
              { name: "contact", label: open.contact, hint: open.contactHint, max: 200 },
            ]}
            send={(values, headers) =>
              api.publicObject({ path: { disclosure_id: notice.id }, body: values as never, headers })
            }
            done={(answer) => setRaised(answer as { receipt: string; due_at: string })}
          />
        )
      }
    </DialogButton>
  );
}
