import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, Input, List, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { api, type ObjectionShown, ok, type PublicMentor } from "../api";
import { AskForm } from "../shared/ask-form";
import { useSpeech, useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { Failed, Refusal } from "../shared/states";
import { fill } from "../words";
import { date } from "../words/dates";
import { PublicDraws, PublicLines, PublicShortlist } from "./public-lists";

export function Frame({ children }: { children: ReactNode }) {
  const { words, speakIn } = useSpeech();
  return (
    <div className="page" style={{ maxWidth: 860 }}>
      <Flex justify="space-between" align="center" wrap gap={8}>
        <Link to={"/public" as string}>
          <Typography.Title level={3} style={{ margin: 0 }}>
            {words.ui.app}
          </Typography.Title>
        </Link>
        <Flex gap={4}>
          <Button type="link" onClick={() => speakIn(words.language === "en" ? "zh-CN" : "en")}>
            {words.ui.language}
          </Button>
          <Link to={"/sign-in" as string}>
            <Button>{words.ui.signIn}</Button>
          </Link>
        </Flex>
      </Flex>
      <div style={{ marginTop: 16 }}>{children}</div>
    </div>
  );
}

export function PublicPage() {
  const words = useWords();
  const { ui } = words;
  const navigate = useNavigate();
  const notices = useQuery({
    queryKey: ["public", "notices"],
    queryFn: () => ok(api.publicNotices({ query: { size: 100 } })),
  });
  return (
    <Frame>
      <Flex vertical gap={16}>
        <Card title={ui.check}>
          <Input.Search
            aria-label={ui.checkCode}
            placeholder={ui.checkCode}
            enterButton={ui.check}
            onSearch={(code) => code.trim() && void navigate({ to: `/c/${code.trim()}` as string })}
          />
        </Card>
        <Card title={ui.publicNotices}>
          <Typography.Paragraph type="secondary">{ui.publicNoticesHint}</Typography.Paragraph>
          <Receipt />
          {notices.error ? (
            <Failed error={notices.error} />
          ) : (
            <List
              loading={notices.isPending}
              dataSource={notices.data?.items ?? []}
              locale={{ emptyText: ui.publicNone }}
              pagination={{ pageSize: 10, hideOnSinglePage: true }}
              renderItem={(mentor) => <OnNotice mentor={mentor} />}
            />
          )}
        </Card>
        <PublicLines />
        <PublicShortlist />
        <PublicDraws />
      </Flex>
    </Frame>
  );
}

/** What became of an objection, for who holds its receipt. */
function Receipt() {
  const words = useWords();
  const { ui } = words;
  const [found, setFound] = useState<ObjectionShown | null>(null);
  const [error, setError] = useState<unknown>(null);
  const ask = async (receipt: string) => {
    setFound(null);
    setError(null);
    if (!receipt.trim()) return;
    try {
      setFound(await ok(api.publicObjection({ path: { receipt: receipt.trim() } })));
    } catch (wrong) {
      setError(wrong);
    }
  };
  return (
    <Flex vertical gap={8} style={{ marginBottom: 12 }}>
      <Input.Search
        aria-label={ui.receipt}
        placeholder={ui.receipt}
        enterButton={ui.askReceipt}
        onSearch={(receipt) => void ask(receipt)}
      />
      {found && (
        <Alert
          type="info"
          showIcon
          title={`${ui.objectionStates[found.state]} · ${date(found.raised_at, words.language)}`}
          description={found.answer || undefined}
        />
      )}
      <Refusal error={error} />
    </Flex>
  );
}

function OnNotice({ mentor }: { mentor: PublicMentor }) {
  const words = useWords();
  const { ui } = words;
  const [receipt, setReceipt] = useState("");
  return (
    <List.Item
      actions={[
        <DialogButton key="object" size="small" label={ui.object}>
          {() =>
            receipt ? (
              <Alert
                type="success"
                showIcon
                title={`${ui.receipt} ${receipt}`}
                description={ui.receiptHint}
              />
            ) : (
              <AskForm
                asks={[
                  { name: "text", label: ui.objection, kind: "long", required: true },
                  { name: "contact", label: ui.contact },
                ]}
                send={(values, headers) =>
                  api.publicObject({ path: { nomination_id: mentor.id }, body: values as never, headers })
                }
                done={(answer) => setReceipt((answer as { receipt: string }).receipt)}
              />
            )
          }
        </DialogButton>,
      ]}
    >
      <List.Item.Meta
        title={mentor.name}
        description={`${mentor.university_name} · ${mentor.subject}${
          mentor.notice_ends_at
            ? ` · ${fill(ui.closesOn, { at: date(mentor.notice_ends_at, words.language) })}`
            : ""
        }`}
      />
    </List.Item>
  );
}
