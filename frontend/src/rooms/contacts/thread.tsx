import { PaperClipOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Tag, Typography } from "antd";
import { useEffect } from "react";
import { api, ok, type PostItem, type ThreadRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useContactsWords } from "../../shared/contacts-words";
import { useWords } from "../../shared/context";
import { download } from "../../shared/download";
import type { FormProps } from "../../shared/thing";
import { word } from "../../shared/values";
import { fill } from "../../words";
import { dateTime, deadline } from "../../words/dates";

function useReaders(id: string) {
  return useQuery({
    queryKey: ["readers", id],
    queryFn: () => ok(api.contactsParticipants({ path: { thread_id: id } })),
  }).data?.items;
}

/** Who reads this: before anything is said. */
function Readers({ id }: { id: string }) {
  const said = useContactsWords();
  const words = useWords();
  const people = useReaders(id);
  if (!people) return null;
  return (
    <Card size="small" title={said.whoReads}>
      <Flex wrap gap={8}>
        {people.map((one) => (
          <Tag key={`${one.account_id} ${one.role}`} style={{ whiteSpace: "normal" }}>
            {one.name} · {word(words, "role", one.role)}
          </Tag>
        ))}
      </Flex>
    </Card>
  );
}

function Post({ post, thread, done }: { post: PostItem; thread: ThreadRecord; done: () => void }) {
  const said = useContactsWords();
  const words = useWords();
  const people = useReaders(thread.id);
  const told = (people ?? []).filter((one) => post.mentions.includes(one.account_id));
  return (
    <Card
      size="small"
      className="post"
      style={{ marginLeft: post.mine ? 24 : 0, marginRight: post.mine ? 0 : 24 }}
    >
      <Flex gap={8} wrap align="baseline">
        <Typography.Text strong={post.unread}>
          {post.name} · {word(words, "role", post.role)}
        </Typography.Text>
        <span className="quiet">{dateTime(post.at, words.language)}</span>
        {post.act && <Tag color="orange">{said.acts[post.act]}</Tag>}
        {post.unread && <Tag color="blue">{said.unread}</Tag>}
      </Flex>
      {post.withdrawn_at && (
        <Typography.Paragraph type="secondary" style={{ marginBottom: 0 }}>
          {fill(said.takenBack, { reason: post.withdrawn_reason })} {said.keptForCity}
        </Typography.Paragraph>
      )}
      {post.text !== null && (
        <Typography.Paragraph
          strong={post.unread}
          delete={post.withdrawn_at !== null}
          style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", marginBottom: 0 }}
        >
          {told.map((one) => `@${one.name} `)}
          {post.text}
        </Typography.Paragraph>
      )}
      <Flex gap={8} wrap>
        {post.files.map((file) => (
          <Button
            key={file.id}
            size="small"
            type="link"
            icon={<PaperClipOutlined />}
            onClick={() => void download(`/contacts/${thread.id}/files/${file.id}`, file.name)}
          >
            {file.name}
          </Button>
        ))}
        {post.mine && !post.withdrawn_at && !post.act && thread.may_write && (
          <AskButton
            size="small"
            type="text"
            label={said.takeBack}
            asks={[{ name: "reason", label: said.why, required: true, max: 500 }]}
            send={(values, headers) =>
              api.contactsWithdraw({
                path: { thread_id: thread.id, post_id: post.id },
                body: { ...values, version: post.version } as never,
                headers,
              })
            }
            done={done}
          />
        )}
      </Flex>
    </Card>
  );
}

/** What was said, the oldest first, and a field for more; seeing it makes it read. */
export function Thread({ record, done }: FormProps<ThreadRecord>) {
  const said = useContactsWords();
  const words = useWords();
  const client = useQueryClient();
  const people = useReaders(record.id);
  const { id, unread } = record;
  useEffect(() => {
    if (unread === 0) return;
    // What was unread stays bold on this page; lists and home count it no more.
    void api.contactsRead({ path: { thread_id: id } }).then(() => {
      void client.invalidateQueries({ queryKey: ["/contacts", "list"] });
      void client.invalidateQueries({ queryKey: ["home"] });
    });
  }, [client, id, unread]);
  const escalated = record.state === "with_city" || record.state === "with_region";
  return (
    <Flex vertical gap={12}>
      <Readers id={record.id} />
      {escalated && record.due_at && (
        <Alert
          showIcon
          type={record.overdue ? "error" : "warning"}
          title={`${word(words, "contact_thread", record.state)} · ${fill(said.answerBy, { at: deadline(record.due_at, words.language) })}${record.overdue ? ` · ${said.overdue}` : ""}`}
        />
      )}
      {record.posts.map((post) => (
        <Post key={post.id} post={post} thread={record} done={done} />
      ))}
      {record.may_write ? (
        <Card size="small">
          <AskForm
            key={record.posts.length}
            submit={said.say}
            asks={[
              { name: "text", label: said.saying, kind: "long", required: true, rows: 3 },
              {
                name: "mentions",
                label: said.mention,
                kind: "choices",
                options: (people ?? []).map((one) => ({
                  value: one.account_id,
                  label: `${one.name} · ${word(words, "role", one.role)}`,
                })),
              },
              { name: "file", label: said.file, kind: "file" },
            ]}
            send={({ file, ...values }, headers) =>
              api.contactsSay({
                path: { thread_id: record.id },
                body: { ...values, files: file ? [file] : [] } as never,
                headers,
              })
            }
            done={done}
          />
        </Card>
      ) : (
        record.state !== "with_region" && <Typography.Text type="secondary">{said.readOnly}</Typography.Text>
      )}
    </Flex>
  );
}
