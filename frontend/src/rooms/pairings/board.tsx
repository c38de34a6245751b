import {
  DndContext,
  type DragEndEvent,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { Button, Flex, Modal, Popover, Segmented, Tag } from "antd";
import { type ReactNode, useState } from "react";
import type { Explained, MentorSeats, RoundRecord } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";
import { blockingOf, useReasons } from "./explained";
import { MoveForm, type Moving } from "./move";

interface Card extends Moving {
  choice: number | null;
  total?: number | null;
  by_hand: boolean;
}

/** Mentors with their students, subject by subject: drag a card, or move it by its button. */
export function Board({
  round,
  explained,
  done,
}: {
  round: RoundRecord;
  explained?: Explained;
  done: () => void;
}) {
  const { ui } = useWords();
  const me = useKnownMe();
  const subject = useSubject();
  const subjects = [...new Set(round.mentors.map((mentor) => mentor.subject))];
  const [shown, setShown] = useState(subjects[0] ?? "");
  const [asked, setAsked] = useState<{ moving: Moving; mentor?: string } | null>(null);
  const reasons = useReasons(round, explained);
  const changes = me.permissions.includes("pairing.propose") && round.state === "proposed";
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));
  const cards: Card[] = round.pair_list
    .filter((pair) => pair.subject === shown)
    .map((pair) => ({ ...pair, pair, by_hand: pair.reason !== "" }));
  const left: Card[] = round.unpaired
    .filter((one) => one.subject === shown)
    .map((one) => ({ ...one, choice: null, by_hand: false }));
  const with_ = (mentor: string) =>
    cards.filter(
      (card) => round.pair_list.find((p) => p.registration_id === card.registration_id)?.mentor_id === mentor,
    );
  const dropped = ({ active, over }: DragEndEvent) => {
    const moving = [...cards, ...left].find((card) => card.registration_id === active.id);
    if (!moving || !over) return;
    if (with_(String(over.id)).some((card) => card.registration_id === moving.registration_id)) return;
    setAsked({ moving, mentor: String(over.id) });
  };
  const card = (one: Card) => (
    <StudentCard
      key={one.registration_id}
      card={one}
      draggable={changes}
      reasons={reasons(one.registration_id)}
      blocking={blockingOf(round, explained, one.registration_id)}
      move={changes ? () => setAsked({ moving: one }) : undefined}
    />
  );
  return (
    <Flex vertical gap={12}>
      <Segmented
        options={subjects.map((code) => ({ value: code, label: subject(code) }))}
        value={shown}
        onChange={setShown}
        style={{ alignSelf: "start", maxWidth: "100%", overflowX: "auto" }}
      />
      <DndContext sensors={sensors} onDragEnd={dropped}>
        <div className="board">
          {left.length > 0 && (
            <section aria-label={ui.unpaired} className="column waiting">
              <strong>{`${ui.unpaired} · ${left.length}`}</strong>
              {left.map(card)}
            </section>
          )}
          {round.mentors
            .filter((mentor) => mentor.subject === shown)
            .map((mentor) => (
              <Column
                key={mentor.mentor_id}
                mentor={mentor}
                foot={<Foot round={round} mentor={mentor} explained={explained} />}
              >
                {with_(mentor.mentor_id).map(card)}
              </Column>
            ))}
        </div>
      </DndContext>
      <Modal
        open={asked !== null}
        title={asked ? `${ui.changeMentor}：${asked.moving.student_name}` : ""}
        footer={null}
        onCancel={() => setAsked(null)}
        destroyOnHidden
      >
        {asked && (
          <MoveForm
            round={round}
            moving={asked.moving}
            mentor={asked.mentor}
            done={done}
            close={() => setAsked(null)}
          />
        )}
      </Modal>
    </Flex>
  );
}

function Column({ mentor, foot, children }: { mentor: MentorSeats; foot: ReactNode; children: ReactNode }) {
  const { setNodeRef, isOver } = useDroppable({ id: mentor.mentor_id });
  const full = mentor.paired >= mentor.capacity;
  return (
    <section ref={setNodeRef} aria-label={mentor.mentor_name} className={isOver ? "column over" : "column"}>
      <Flex justify="space-between" align="start" gap={8}>
        <strong>{mentor.mentor_name}</strong>
        <Tag color={full ? "orange" : "default"} className="fact">
          {mentor.paired}/{mentor.capacity}
        </Tag>
      </Flex>
      {children}
      {foot}
    </section>
  );
}

/** The lowest total that got in by own choice, and who would be next. */
function Foot({
  round,
  mentor,
  explained,
}: {
  round: RoundRecord;
  mentor: MentorSeats;
  explained?: Explained;
}) {
  const { ui } = useWords();
  const limit = explained?.limits.find((one) => one.kind === "mentor" && one.key === mentor.mentor_id);
  const next = explained?.mentors.find((one) => one.mentor_id === mentor.mentor_id)?.next_id;
  const named = [...round.pair_list, ...round.unpaired].find((one) => one.registration_id === next);
  return (
    <small className="quiet">
      {limit?.total != null ? fill(ui.pairing.limit, { total: limit.total }) : ui.pairing.noLimit}
      {named && (
        <>
          <br />
          {fill(ui.pairing.next, { name: named.student_name })}
        </>
      )}
    </small>
  );
}

function StudentCard({
  card,
  draggable,
  reasons,
  blocking,
  move,
}: {
  card: Card;
  draggable: boolean;
  reasons: string[];
  blocking: string[];
  move?: () => void;
}) {
  const { fields, ui } = useWords();
  const { attributes, listeners, setNodeRef, transform, isDragging } = useDraggable({
    id: card.registration_id,
    disabled: !draggable,
  });
  const style = transform
    ? { transform: `translate3d(${transform.x}px, ${transform.y}px, 0)`, zIndex: 5 }
    : undefined;
  const why = (
    <ul className="reasons">
      {reasons.map((line) => (
        <li key={line}>{line}</li>
      ))}
      {reasons.length === 0 && <li>{card.choice === 1 ? ui.pairing.first : ui.pairing.noReason}</li>}
    </ul>
  );
  return (
    <div ref={setNodeRef} style={style} className={isDragging ? "student dragged" : "student"}>
      <div {...(draggable ? { ...attributes, ...listeners } : {})} className={draggable ? "grip" : undefined}>
        <strong>{card.student_name}</strong>{" "}
        {card.total != null && <span className="fact quiet">{card.total}</span>}
      </div>
      <Flex gap={4} wrap align="center">
        {card.pair && (
          <Tag>{card.choice ? fill(ui.pairing.choice, { choice: card.choice }) : fields.adjusted}</Tag>
        )}
        {card.by_hand && <Tag color="blue">{ui.pairing.byHand}</Tag>}
        {blocking.length > 0 && (
          <Popover content={fill(ui.pairing.blockingWith, { names: blocking.join("、") })}>
            <Tag color="red">{ui.pairing.blocking}</Tag>
          </Popover>
        )}
        <Popover content={why} trigger="click" title={card.student_name}>
          <Button size="small" type="link" aria-label={`${ui.pairing.why}：${card.student_name}`}>
            {ui.pairing.why}
          </Button>
        </Popover>
        {move && (
          <Button
            size="small"
            type="link"
            onClick={move}
            aria-label={`${ui.changeMentor}：${card.student_name}`}
          >
            {ui.pairing.move}
          </Button>
        )}
      </Flex>
    </div>
  );
}
