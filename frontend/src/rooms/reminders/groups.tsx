import { Alert, App, Button, Flex } from "antd";
import { useState } from "react";
import { api, asProblem, type GroupItem, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe } from "../../shared/context";
import { useReminders } from "../../shared/reminder-words";
import type { FormProps, Recorded, Thing } from "../../shared/thing";
import { fill } from "../../words";

type Group = GroupItem & Recorded;

function Register({ done }: { done: () => void }) {
  const said = useReminders();
  const me = useKnownMe();
  if (!me.permissions.includes("channel.manage")) return null;
  return (
    <AskButton
      type="primary"
      label={said.register}
      intro={said.groupNote}
      asks={[
        {
          name: "kind",
          label: said.robotKind,
          kind: "choice",
          required: true,
          options: Object.entries(said.robot).map(([value, label]) => ({ value, label })),
        },
        { name: "name", label: said.groupName, max: 60, required: true },
        { name: "url", label: said.robotUrl, max: 500, required: true, hint: said.robotUrlHint },
        { name: "secret", label: said.robotSecret, max: 200, hint: said.robotSecretHint },
      ]}
      send={(values) => api.groupChannelsCreate({ body: values as never })}
      done={done}
    />
  );
}

/** Try it, switch it off: what one does with a group's robot. */
function Body({ record, done }: FormProps<Group>) {
  const said = useReminders();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const test = async () => {
    setBusy(true);
    setError("");
    try {
      const tested = await ok(api.groupChannelsTest({ path: { group_id: record.id } }));
      if (tested.sent) void message.success(said.testSent);
      else setError(fill(said.testFailed, { error: tested.error ?? "" }));
    } catch (wrong) {
      setError(asProblem(wrong).message);
    } finally {
      setBusy(false);
      done();
    }
  };
  const turn = async () => {
    try {
      await ok(
        api.groupChannelsSwitch({
          path: { group_id: record.id },
          body: { active: !record.active, version: record.version },
        }),
      );
    } catch (wrong) {
      setError(asProblem(wrong).message);
    }
    done();
  };
  return (
    <Flex vertical gap={12}>
      <Alert type="info" title={said.groupNote} />
      {error && <Alert type="error" showIcon title={error} />}
      <Flex gap={8} wrap>
        <Button type="primary" loading={busy} onClick={() => void test()}>
          {said.test}
        </Button>
        <Button onClick={() => void turn()}>{record.active ? said.switchOff : said.switchOn}</Button>
      </Flex>
    </Flex>
  );
}

function Kind({ row }: { row: GroupItem }) {
  return <>{useReminders().robot[row.kind]}</>;
}

export const groups: Thing<GroupItem, Group> = {
  path: "/group-channels",
  told: "group_channel",
  title: (record) => record.group_name,
  columns: ["group_name", "robot_kind", "host", "signed", "active", "registered_at"],
  cells: { robot_kind: Kind },
  filters: [],
  list: (query) => api.groupChannelsList({ query: query as never }),
  get: (id) => api.groupChannelsGet({ path: { group_id: id } }),
  trail: (id) => api.groupChannelsTrail({ path: { group_id: id } }),
  facts: ["unit_name", "host", "signed", "active", "registered_at"],
  Body,
  Tools: Register,
};
