import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, Input, List, Tag, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { api, type ObjectionShown, ok, type PublicDisclosureItem } from "../api";
import { useSpeech, useWords } from "../shared/context";
import { useOpen } from "../shared/open-words";
import { Failed, Refusal } from "../shared/states";
import { fill, type Words } from "../words";
import { date, lastDay } from "../words/dates";
import { headsOf } from "../words/heads";
import { PublicCases } from "./public-cases";
import { PublicDraws, PublicLines } from "./public-lists";

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
        <Notices />
        <Cycles />
        <PublicLines />
        <PublicDraws />
        <PublicCases />
        <Card title={headsOf(words.language).title}>
          <Typography.Paragraph>{headsOf(words.language).lead}</Typography.Paragraph>
          <Link to={"/public/heads" as string}>{headsOf(words.language).checkTitle}</Link>
        </Card>
      </Flex>
    </Frame>
  );
}

/** What a list on notice is called: its kind, of what and where. */
export function noticeTitle(words: Words, one: PublicDisclosureItem): string {
  const subject = words.language === "en" ? one.subject_name_en : one.subject_name;
  const kind = words.enums.disclosureKind[one.kind];
  return [kind, one.headline, one.city_name, subject].filter(Boolean).join(" · ");
}

type Kind = PublicDisclosureItem["kind"];

/** The lists that are or were on notice, those that can be objected to first. */
function Notices() {
  const words = useWords();
  const open = useOpen();
  const { ui } = words;
  const [page, setPage] = useState(1);
  const [kind, setKind] = useState<Kind | "">("");
  const { data, error, isPending } = useQuery({
    queryKey: ["public", "notices", page, kind],
    queryFn: () => ok(api.publicNotices({ query: { page, size: 10, kind: kind || undefined } })),
  });
  return (
    <Card title={open.notices}>
      <Typography.Paragraph type="secondary">{open.noticesHint}</Typography.Paragraph>
      <Receipt />
      <Flex gap={4} wrap style={{ marginBottom: 8 }}>
        {(["", ...Object.keys(open.kinds)] as (Kind | "")[]).map((one) => (
          <Button
            key={one}
            size="small"
            type={one === kind ? "primary" : "default"}
            aria-pressed={one === kind}
            onClick={() => {
              setPage(1);
              setKind(one);
            }}
          >
            {one === "" ? open.all : open.kinds[one]}
          </Button>
        ))}
      </Flex>
      {error ? (
        <Failed error={error} />
      ) : (
        <List
          loading={isPending}
          dataSource={data?.items ?? []}
          locale={{ emptyText: ui.publicNone }}
          pagination={{
            current: page,
            pageSize: 10,
            total: data?.total ?? 0,
            onChange: setPage,
            hideOnSinglePage: true,
            showSizeChanger: false,
            size: "small",
          }}
          renderItem={(one) => (
            <List.Item>
              <List.Item.Meta
                title={<Link to={`/public/notices/${one.id}` as string}>{noticeTitle(words, one)}</Link>}
                description={<Period one={one} />}
              />
            </List.Item>
          )}
        />
      )}
    </Card>
  );
}

export function Period({ one }: { one: PublicDisclosureItem }) {
  const open = useOpen();
  const { language } = useWords();
  return (
    <Flex gap={8} wrap align="center">
      <Tag color={one.running ? "green" : "default"} style={{ whiteSpace: "normal", marginInlineEnd: 0 }}>
        {fill(one.running ? open.running : open.over, { at: lastDay(one.ends_at, language) })}
      </Tag>
      <span>{fill(open.count, { count: one.count })}</span>
      {one.edition > 1 && <span>{fill(open.edition, { edition: one.edition })}</span>}
      {one.objections > 0 && (
        <span>{fill(open.objectionsSeen, { count: one.objections, open: one.open_objections })}</span>
      )}
    </Flex>
  );
}

function Cycles() {
  const open = useOpen();
  const { language } = useWords();
  const { data } = useQuery({
    queryKey: ["public", "cycles"],
    queryFn: () => ok(api.publicCycles({ query: { size: 20 } })),
  });
  if (!data || data.total === 0) return null;
  return (
    <Card title={open.cycle}>
      <List
        dataSource={data.items}
        renderItem={(one) => (
          <List.Item>
            <Link to={`/public/cycles/${one.code}` as string}>
              {language === "en" && one.title_en ? one.title_en : one.title}
            </Link>
          </List.Item>
        )}
      />
    </Card>
  );
}

/** What became of an objection, for who holds its receipt. */
function Receipt() {
  const words = useWords();
  const open = useOpen();
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
        aria-label={open.receipt}
        placeholder={open.askReceipt}
        enterButton={open.ask}
        onSearch={(receipt) => void ask(receipt)}
      />
      {found && (
        <Alert
          type="info"
          showIcon
          title={`${words.enums.disclosureKind[found.kind]} · ${words.enums.objection[found.state]}`}
          description={
            <>
              <div>
                {found.answered_at
                  ? date(found.answered_at, words.language)
                  : fill(open.dueAt, { at: lastDay(found.due_at, words.language) })}
              </div>
              {found.answer && <div style={{ whiteSpace: "pre-wrap" }}>{found.answer}</div>}
              {found.corrected && <div>{open.correctedSince}</div>}
            </>
          }
        />
      )}
      <Refusal error={error} />
    </Flex>
  );
}
