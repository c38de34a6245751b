import { UserOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Dropdown, type MenuProps } from "antd";
import { useState } from "react";
import { api, isAsked, keep, ok, type SecondStepAsked } from "../api";
import { useKnownMe, useSpeech } from "../shared/context";
import { remindersOf } from "../shared/reminder-words";
import { word } from "../shared/values";
import { accountWords } from "../words/account";
import { personalWords } from "../words/personal";
import { ssoWords } from "../words/sso";
import { SecondStepDialog } from "./second-step";
import { useSignOut } from "./sign-out";

/** Who one is here: another role or year, the account, the way out. */
export function Who({ wide }: { wide: boolean }) {
  const me = useKnownMe();
  const { words, speakIn } = useSpeech();
  const { ui } = words;
  const client = useQueryClient();
  const navigate = useNavigate();
  const said = accountWords(words.language);
  const [asked, setAsked] = useState<SecondStepAsked | null>(null);
  const begin = async () => {
    await client.cancelQueries();
    client.clear();
    await navigate({ to: "/" as string });
  };
  const switchTo = async (membership_id: string, cycle_id: string | null) => {
    const answer = await ok(api.authSwitch({ body: { membership_id, cycle_id } }));
    if (isAsked(answer)) return setAsked(answer);
    keep(answer);
    await begin();
  };
  // Whoever goes back to the newest open year goes on with whichever is the present one from then on.
  const present = me.cycles.find((year) => year.state === "open") ?? me.cycles[0];
  const years: MenuProps["items"] = [
    {
      key: "years",
      type: "group",
      label: ui.switchYear,
      children: me.cycles.map((year) => ({
        key: year.id,
        label: words.language === "en" ? year.title_en : year.title,
        disabled: year.id === me.cycle?.id,
        onClick: () => void switchTo(me.membership.id, year.id === present?.id ? null : year.id),
      })),
    },
    { type: "divider" },
  ];
  // Only a university's people sign in there, and only offices have its settings.
  const hasSso =
    me.permissions.includes("sso.read") || me.memberships.some((one) => one.unit_kind === "university");
  const sso = {
    key: "sso",
    label: ssoWords(words.language).title,
    onClick: () => void navigate({ to: "/single-sign-on" as string }),
  };
  const [signOut, leaving] = useSignOut();
  const role = word(words, "role", me.membership.role);
  return (
    <>
      {leaving}
      <SecondStepDialog
        asked={asked}
        title={said.step}
        why={said.setUpWhy}
        close={() => setAsked(null)}
        done={(granted) => {
          keep(granted);
          void begin();
        }}
      />
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            {
              key: "roles",
              type: "group",
              label: ui.switchRole,
              children: me.memberships.map((m) => ({
                key: m.id,
                label: `${word(words, "role", m.role)} · ${m.unit_name}`,
                disabled: m.id === me.membership.id,
                onClick: () => void switchTo(m.id, null),
              })),
            },
            { type: "divider" },
            ...(me.cycles.length > 1 ? years : []),
            {
              key: "language",
              label: ui.language,
              onClick: () => speakIn(words.language === "en" ? "zh-CN" : "en"),
            },
            {
              key: "preferences",
              label: remindersOf(words.language).pages.preferences,
              onClick: () => void navigate({ to: "/preferences" as string }),
            },
            {
              key: "my-data",
              label: personalWords(words.language).title,
              onClick: () => void navigate({ to: "/my-data" as string }),
            },
            ...(hasSso ? [sso] : []),
            { key: "account", label: said.page, onClick: () => void navigate({ to: "/account" as string }) },
            { key: "out", label: ui.signOut, onClick: () => signOut(false) },
            { key: "everywhere", label: ui.signOutEverywhere, onClick: () => signOut(true) },
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined />} className="bright" aria-label={ui.role}>
          {wide ? `${me.account.name} · ${role} · ${me.membership.unit_name}` : role}
        </Button>
      </Dropdown>
    </>
  );
}
