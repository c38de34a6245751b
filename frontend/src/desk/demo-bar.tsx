import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Flex, Select, Spin } from "antd";
import { useState } from "react";
import { api, type DemoAccount, type DemoStage, keep, ok } from "../api";
import { useMe, useWords } from "../shared/context";
import { remindersOf } from "../shared/reminder-words";
import { word } from "../shared/values";
import { dateTime } from "../words/dates";

/** Only where the API is a demo: become anybody with one click, go to any stage of the year. */
export function DemoBar() {
  const words = useWords();
  const { ui } = words;
  const client = useQueryClient();
  const navigate = useNavigate();
  const me = useMe();
  const [q, setQ] = useState("");
  const [going, setGoing] = useState(false);
  const stages = useQuery({
    queryKey: ["demo", "stages"],
    queryFn: () => ok(api.demoStages()),
    retry: false,
  });
  const accounts = useQuery({
    queryKey: ["demo", "accounts", q],
    queryFn: () => ok(api.demoAccounts({ query: { q } })),
    retry: false,
    enabled: stages.isSuccess,
  });
  if (!stages.data) return null;
  const begin = async () => {
    client.clear();
    await navigate({ to: "/" as string });
  };
  const become = async (account_id: string) => {
    keep(await ok(api.demoBecome({ body: { account_id } })));
    await begin();
  };
  const goTo = async (code: DemoStage["code"]) => {
    setGoing(true);
    const self = me.data?.account.login;
    try {
      await ok(api.demoGoToStage({ body: { code } }));
      // The same person again, if there was one at that time; else whoever runs the programme.
      const found = await ok(api.demoAccounts({ query: { q: self ?? "region" } }));
      const same = found.items.find((account) => account.login === self) ?? found.items[0];
      if (same) keep(await ok(api.demoBecome({ body: { account_id: same.account_id } })));
      await begin();
    } finally {
      setGoing(false);
    }
  };
  return (
    <Flex className="demo" wrap gap={10} align="center">
      <strong title={ui.demoNote}>{ui.demo}</strong>
      <span className="fact">{dateTime(stages.data.now, words.language)}</span>
      <Select
        size="small"
        aria-label={ui.demoBecome}
        placeholder={ui.demoBecome}
        style={{ width: 210 }}
        popupMatchSelectWidth={360}
        showSearch={{ filterOption: false, onSearch: setQ }}
        value={null}
        options={grouped(accounts.data?.items ?? [], (role) => word(words, "role", role))}
        onSelect={(id: string | null) => id && void become(id)}
      />
      <Select
        size="small"
        aria-label={ui.demoGoTo}
        placeholder={ui.demoGoTo}
        style={{ width: 190 }}
        disabled={going}
        value={stages.data.items.find((stage) => stage.current)?.code ?? null}
        options={stages.data.items
          .filter((stage) => stage.kept)
          .map((stage) => ({
            value: stage.code,
            label: stage.code === "after" ? ui.demoAfter : words.enums.stage[stage.code],
          }))}
        onSelect={(code: DemoStage["code"] | null) => code && void goTo(code)}
      />
      <Link to={"/demo-mails" as string}>{remindersOf(words.language).pages.mails}</Link>
      {going && <Spin size="small" />}
      <small>{going ? ui.demoGoing : ui.demoNote}</small>
    </Flex>
  );
}

function grouped(items: DemoAccount[], role: (code: string) => string) {
  const roles = [...new Set(items.map((item) => item.role))];
  return roles.map((code) => ({
    label: role(code),
    options: items
      .filter((item) => item.role === code)
      .map((item) => ({
        value: item.account_id,
        label: `${item.name} · ${item.unit_name}（${item.login}）`,
      })),
  }));
}
