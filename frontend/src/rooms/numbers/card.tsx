import { LinkOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Card, Flex, Segmented, Select } from "antd";
import { useState } from "react";
import { api, type DrawnNumbers, type NumbersGetData, ok, type PictureOffer } from "../../api";
import { useWords } from "../../shared/context";
import { Failed, Loading, Nothing } from "../../shared/states";
import type { Query } from "../../shared/thing";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { numbersWords } from "../../words/numbers";
import { Files } from "./files";
import { Rows } from "./rows";

/** One picture: drawn, as a table, as a file, and as a link that shows it again. */
export function PictureCard({
  offer,
  given,
  by,
  alone,
  chosen,
}: {
  offer: PictureOffer;
  given: Query;
  by?: string;
  alone: boolean;
  chosen?: (by: string) => void;
}) {
  const { language } = useWords();
  const words = numbersWords(language);
  const [own, setOwn] = useState<string>();
  const [table, setTable] = useState(false);
  const broken = by ?? own ?? offer.by[0];
  const asked = Object.fromEntries(
    Object.entries({ ...given, by: broken }).filter(([, value]) => value !== undefined),
  ) as Query;
  const { data, error, refetch } = useQuery({
    queryKey: ["numbers", language, offer.code, asked],
    queryFn: () =>
      ok(api.numbersGet({ path: { picture: offer.code }, query: asked as NumbersGetData["query"] })),
    placeholderData: keepPreviousData,
  });
  const title = alone ? (
    offer.title
  ) : (
    <Link to={"/numbers" as string} search={{ ...asked, picture: offer.code } as never}>
      {offer.title}
    </Link>
  );
  return (
    <Card
      size="small"
      title={title}
      extra={<Share asked={asked} code={offer.code} />}
      className="picture-card"
    >
      <Flex vertical gap={10}>
        <Flex wrap gap={8} justify="space-between">
          {offer.by.length > 1 ? (
            <Select
              aria-label={words.by}
              value={broken}
              options={offer.by.map((one) => ({ value: one, label: words.bys[one] }))}
              onChange={(next: string) => (chosen ? chosen(next) : setOwn(next))}
              style={{ minWidth: 120 }}
            />
          ) : (
            <span />
          )}
          <Flex gap={8}>
            {!alone && (
              <Segmented
                value={table ? "table" : "picture"}
                options={[
                  { value: "picture", label: words.picture },
                  { value: "table", label: words.table },
                ]}
                onChange={(next) => setTable(next === "table")}
              />
            )}
            <Files code={offer.code} asked={asked} title={offer.title} />
          </Flex>
        </Flex>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Loading />
        ) : data.rows.length === 0 ? (
          <Nothing hint={words.nothing} />
        ) : (
          <Shown numbers={data} table={table} alone={alone} />
        )}
      </Flex>
    </Card>
  );
}

function Shown({ numbers, table, alone }: { numbers: DrawnNumbers; table: boolean; alone: boolean }) {
  const { language } = useWords();
  const words = numbersWords(language);
  return (
    <>
      {/* Drawn by the platform itself, every name in it escaped there. */}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the picture's own SVG, so that its ink is the page's */}
      {!table && <div className="drawing" dangerouslySetInnerHTML={{ __html: numbers.drawing }} />}
      {(table || alone) && <Rows numbers={numbers} />}
      <span className="quiet">
        {fill(words.asOf, { at: dateTime(numbers.as_of, language) })}
        {numbers.hidden_below !== null && ` · ${fill(words.hidden, { least: numbers.hidden_below })}`}
      </span>
    </>
  );
}

function Share({ code, asked }: { code: string; asked: Query }) {
  const words = numbersWords(useWords().language);
  const { message } = App.useApp();
  const copy = async () => {
    const address = new URL("/numbers", window.location.href);
    address.search = new URLSearchParams({ picture: code, ...asked } as Record<string, string>).toString();
    await navigator.clipboard.writeText(address.href);
    void message.success(words.copied);
  };
  return (
    <Button
      type="text"
      size="small"
      icon={<LinkOutlined />}
      aria-label={words.link}
      title={words.link}
      onClick={() => void copy()}
    />
  );
}
