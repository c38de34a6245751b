import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CloseOutlined,
  HolderOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, Input, List, Tag, Typography } from "antd";
import { useState } from "react";
import { api, asProblem, type MentorItem, ok, type RegistrationRecord } from "../../api";
import { useWords } from "../../shared/context";
import type { PlanParts } from "../../shared/plan";
import { fill } from "../../words";

/** Rank mentors: drag by the handle, or up and down by the buttons or the keyboard; each change is saved. */
export function Choices({
  record,
  plan,
  save,
}: {
  record: RegistrationRecord;
  plan: PlanParts;
  save: (values: Record<string, unknown>) => Promise<unknown>;
}) {
  const { ui } = useWords();
  const [chosen, setChosen] = useState(record.choices.map((choice) => choice.mentor_id));
  const [fault, setFault] = useState("");
  const [search, setSearch] = useState("");
  const { data } = useQuery({
    queryKey: ["mentors", record.subject],
    queryFn: () => ok(api.mentorsList({ query: { size: 100, subject: record.subject ?? "" } })),
    enabled: Boolean(record.subject),
  });
  const near = (data?.items ?? []).filter(
    (mentor) => !plan.choices.same_city_only || mentor.city_name === record.city_name,
  );
  const byId = new Map(near.map((mentor) => [mentor.id, mentor]));
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const set = (next: string[]) => {
    setChosen(next);
    setFault("");
    save({ choices: next }).catch((wrong) => {
      const problem = asProblem(wrong);
      setFault(problem.errors[0]?.message ?? problem.message);
    });
  };
  const moved = ({ active, over }: DragEndEvent) => {
    if (!over || active.id === over.id) return;
    set(arrayMove(chosen, chosen.indexOf(String(active.id)), chosen.indexOf(String(over.id))));
  };
  const words = search.trim().toLowerCase();
  const others = near.filter(
    (mentor) =>
      !chosen.includes(mentor.id) &&
      `${mentor.name} ${mentor.university_name} ${mentor.research} ${mentor.department}`
        .toLowerCase()
        .includes(words),
  );
  const full = chosen.length >= plan.choices.maximum;
  return (
    <Card size="small" title={ui.choices}>
      <Typography.Paragraph type="secondary">
        {fill(ui.choicesHint, { max: plan.choices.maximum })} {ui.choicesTrue}
      </Typography.Paragraph>
      {fault && (
        <Typography.Paragraph type="danger" role="alert">
          {fault}
        </Typography.Paragraph>
      )}
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={moved}>
        <SortableContext items={chosen} strategy={verticalListSortingStrategy}>
          <ol className="choices" aria-label={ui.choices}>
            {chosen.map((id, i) => (
              <Chosen
                key={id}
                id={id}
                place={i + 1}
                name={
                  byId.get(id)?.name ?? record.choices.find((c) => c.mentor_id === id)?.mentor_name ?? "…"
                }
                mentor={byId.get(id)}
                up={i > 0 ? () => set(arrayMove(chosen, i, i - 1)) : undefined}
                down={i < chosen.length - 1 ? () => set(arrayMove(chosen, i, i + 1)) : undefined}
                drop={() => set(chosen.filter((other) => other !== id))}
              />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      {!record.subject && <Typography.Text type="secondary">{ui.chooseSubject}</Typography.Text>}
      {record.subject && (
        <>
          <Input.Search
            allowClear
            aria-label={ui.searchMentors}
            placeholder={ui.searchMentors}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            style={{ margin: "8px 0" }}
          />
          <List
            size="small"
            dataSource={others}
            locale={{ emptyText: ui.none }}
            pagination={{ pageSize: 5, hideOnSinglePage: true, size: "small" }}
            renderItem={(mentor) => (
              <List.Item
                actions={[
                  <Button
                    key="add"
                    size="small"
                    icon={<PlusOutlined />}
                    disabled={full}
                    onClick={() => set([...chosen, mentor.id])}
                  >
                    {ui.choose}
                  </Button>,
                ]}
              >
                <About mentor={mentor} />
              </List.Item>
            )}
          />
        </>
      )}
    </Card>
  );
}

function About({ mentor }: { mentor: MentorItem }) {
  const { ui } = useWords();
  return (
    <div>
      <strong>{mentor.name}</strong> {mentor.title} · {mentor.university_name}
      {mentor.department && ` · ${mentor.department}`}{" "}
      <Tag className="fact">{fill(ui.placesOf, { count: mentor.capacity })}</Tag>
      <div className="quiet">{mentor.research}</div>
    </div>
  );
}

function Chosen({
  id,
  place,
  name,
  mentor,
  up,
  down,
  drop,
}: {
  id: string;
  place: number;
  name: string;
  mentor?: MentorItem;
  up?: () => void;
  down?: () => void;
  drop: () => void;
}) {
  const { ui } = useWords();
  const { attributes, listeners, setNodeRef, transform, transition } = useSortable({ id });
  const style = {
    transform: transform ? `translate3d(0, ${transform.y}px, 0)` : undefined,
    transition,
  };
  return (
    <li ref={setNodeRef} style={style}>
      <Flex gap={8} align="center">
        <Button
          type="text"
          size="small"
          icon={<HolderOutlined />}
          aria-label={`${ui.drag}：${name}`}
          style={{ cursor: "grab", touchAction: "none" }}
          {...attributes}
          {...listeners}
        />
        <strong className="fact">{place}</strong>
        <div style={{ flex: 1 }}>{mentor ? <About mentor={mentor} /> : name}</div>
        <Button
          size="small"
          icon={<ArrowUpOutlined />}
          aria-label={`${ui.up}：${name}`}
          disabled={!up}
          onClick={up}
        />
        <Button
          size="small"
          icon={<ArrowDownOutlined />}
          aria-label={`${ui.down}：${name}`}
          disabled={!down}
          onClick={down}
        />
        <Button size="small" icon={<CloseOutlined />} aria-label={`${ui.remove}：${name}`} onClick={drop} />
      </Flex>
    </li>
  );
}
