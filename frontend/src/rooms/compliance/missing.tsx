import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Flex, Input, List, Select, Tag } from "antd";
import { useState } from "react";
import { api, type ConsentMissing, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { useCityOptions } from "../../shared/plan";
import { Failed } from "../../shared/states";
import { fill } from "../../words";
import { againWords } from "../../words/again";
import { complianceWords } from "../../words/compliance";

const SIZE = 10;

interface Asked {
  city?: string;
  side?: ConsentMissing["side"];
  q?: string;
}

/** Who has not agreed to the present text: by city, by who is asked, by a part of a school's or student's name. */
export function MissingList() {
  const { language } = useWords();
  const said = complianceWords(language);
  const sides = againWords(language).sides;
  const [asked, setAsked] = useState<Asked>({});
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["consents", "missing", asked, page],
    queryFn: () => ok(api.consentsMissing({ query: { ...asked, page, size: SIZE } })),
  });
  const ask = (more: Asked) => {
    setAsked({ ...asked, ...more });
    setPage(1);
  };
  const narrowed = Object.values(asked).some(Boolean);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <List
      header={
        <Flex vertical gap={8}>
          <strong>{fill(said.missing, { count: data?.total ?? 0 })}</strong>
          {(narrowed || (data?.total ?? 0) > 1) && (
            <Flex gap={8} wrap>
              <Cities value={asked.city} ask={(city) => ask({ city })} />
              <Select
                allowClear
                aria-label={said.side}
                placeholder={said.side}
                style={{ minWidth: 130 }}
                value={asked.side}
                onChange={(side) => ask({ side })}
                options={(["student", "guardian"] as const).map((one) => ({ value: one, label: sides[one] }))}
              />
              <Input.Search
                allowClear
                aria-label={said.searchMissing}
                placeholder={said.searchMissing}
                style={{ flex: "1 1 180px", maxWidth: 280 }}
                maxLength={40}
                onSearch={(q) => ask({ q: q.trim() || undefined })}
              />
            </Flex>
          )}
        </Flex>
      }
      loading={isPending}
      dataSource={data?.items ?? []}
      rowKey={(one) => one.registration_id + one.side}
      locale={{ emptyText: narrowed ? said.nobodyFound : said.nobodyMissing }}
      pagination={
        (data?.total ?? 0) > SIZE && {
          current: page,
          pageSize: SIZE,
          total: data?.total,
          onChange: setPage,
          showSizeChanger: false,
        }
      }
      renderItem={(one) => <Missing one={one} />}
    />
  );
}

/** Only who sees several cities chooses one. */
function Cities({ value, ask }: { value?: string; ask: (city?: string) => void }) {
  const said = complianceWords(useWords().language);
  const role = useKnownMe().membership?.role;
  const options = useCityOptions();
  if (role === "city_office" || role === "school") return null;
  return (
    <Select
      allowClear
      aria-label={said.city}
      placeholder={said.city}
      style={{ minWidth: 150 }}
      value={value}
      onChange={ask}
      options={options}
    />
  );
}

function Missing({ one }: { one: ConsentMissing }) {
  const { language } = useWords();
  const said = complianceWords(language);
  const again = againWords(language);
  return (
    <List.Item style={{ display: "block" }}>
      <Flex gap={6} wrap align="center">
        <Link to={`/registrations/${one.registration_id}` as string}>
          {one.student} · {one.number}
        </Link>
        <Tag>{again.sides[one.side]}</Tag>
        {one.said && <Tag color="orange">{again.decisions[one.said]}</Tag>}
        {!one.has_account && <Tag color="red">{said.noAccount}</Tag>}
      </Flex>
      <small className="quiet">
        {one.city_name} · {one.school_name} · {fill(said.agreedTo, { version: one.before_version })}
      </small>
    </List.Item>
  );
}
