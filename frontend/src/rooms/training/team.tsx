import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Checkbox, Flex, Select, Typography } from "antd";
import { useState } from "react";
import { api, type LeaveItem, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed, Loading, Nothing, Refusal } from "../../shared/states";
import { yearWords } from "../../words/year";

/** What each member of the team may do, and for which students: the mentor's to give and to take back. */
export function TeamPage() {
  const { language } = useWords();
  const words = yearWords(language);
  const { data, error, refetch } = useQuery({ queryKey: ["team"], queryFn: () => ok(api.teamList()) });
  const students = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data || !students.data) return <Loading />;
  const options = students.data.items.map((one) => ({ value: one.id, label: one.name }));
  return (
    <Flex vertical gap={12}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {words.team}
      </Typography.Title>
      <span className="quiet">{words.teamHint}</span>
      {data.items.length === 0 && <Nothing hint={words.noTeam} />}
      {data.items.map((one) => (
        <Member key={`${one.id} ${one.version}`} member={one} options={options} />
      ))}
    </Flex>
  );
}

function Member({ member, options }: { member: LeaveItem; options: { value: string; label: string }[] }) {
  const { language } = useWords();
  const words = yearWords(language);
  const { message } = App.useApp();
  const gives = useKnownMe().permissions.includes("team.leave");
  const client = useQueryClient();
  const [leave, setLeave] = useState({
    may_record: member.may_record,
    may_review: member.may_review,
    students: member.students,
  });
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setError(null);
    try {
      const body = { ...leave, version: member.version };
      await ok(api.teamGiveLeave({ path: { member_id: member.id }, body }));
      await client.invalidateQueries({ queryKey: ["team"] });
      void message.success(words.saved);
    } catch (wrong) {
      setError(wrong);
    }
  };
  return (
    <Card
      size="small"
      title={
        <>
          {member.name}{" "}
          <span className="quiet">{[member.title, member.duty].filter(Boolean).join(" · ")}</span>
        </>
      }
      extra={!member.joined && <span className="quiet">{words.notJoined}</span>}
    >
      <Flex vertical gap={8} align="start">
        <Checkbox
          disabled={!gives}
          checked={leave.may_record}
          onChange={(event) => setLeave({ ...leave, may_record: event.target.checked })}
        >
          {words.mayRecord}
        </Checkbox>
        <Checkbox
          disabled={!gives}
          checked={leave.may_review}
          onChange={(event) => setLeave({ ...leave, may_review: event.target.checked })}
        >
          {words.mayReview}
        </Checkbox>
        <Checkbox
          disabled={!gives}
          checked={leave.students === null}
          onChange={(event) => setLeave({ ...leave, students: event.target.checked ? null : [] })}
        >
          {words.allStudents}
        </Checkbox>
        {leave.students !== null && (
          <Select
            mode="multiple"
            disabled={!gives}
            aria-label={words.students}
            placeholder={words.students}
            options={options}
            value={leave.students}
            onChange={(students) => setLeave({ ...leave, students })}
            style={{ width: "min(100%, 480px)" }}
          />
        )}
        {gives && (
          <Button type="primary" onClick={() => void save()}>
            {words.save}
          </Button>
        )}
        <Refusal error={error} />
      </Flex>
    </Card>
  );
}
