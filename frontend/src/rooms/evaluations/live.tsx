import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Flex } from "antd";
import { useRef, useState } from "react";
import { api, Intention, ok, type TalkLine } from "../../api";
import { useWords } from "../../shared/context";
import { Failed, Loading, Refusal } from "../../shared/states";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { midtermWords } from "../../words/midterm";
import "./live.css";

// How often a screen in the room asks who has the floor.
const EVERY = 4_000;

/** The order of talks for the screen in the room and for the phones of those who wait. */
export function LivePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { ui, language, enums } = useWords();
  const words = midtermWords(language);
  const subject = useSubject();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["midterm-live", id],
    queryFn: () => ok(api.midtermSessionsLive({ path: { session_id: id } })),
    refetchInterval: EVERY,
  });
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<unknown>(null);
  const intention = useRef(new Intention());
  if (isPending) return <Loading />;
  // One answer that got lost does not take the order off the wall.
  if (!data) return <Failed error={error} retry={() => void refetch()} />;
  const step = async (back: boolean) => {
    setBusy(true);
    setWrong(null);
    const body = { version: data.version, back };
    try {
      const headers = intention.current.headers(body);
      await ok(api.midtermSessionsStep({ path: { session_id: id }, body, headers }));
      intention.current.settled();
    } catch (refused) {
      setWrong(refused);
    } finally {
      setBusy(false);
      await refetch();
    }
  };
  const named = (talk: TalkLine) => talk.student_name ?? fill(words.number, { number: talk.position });
  const now = data.order.find((talk) => talk.state === "speaking");
  const waiting = data.order.filter((talk) => talk.state === "waiting");
  const own = waiting.find((talk) => talk.mine);
  const running = data.state === "running";
  const label = !running ? words.begin : waiting.length > 0 ? words.next : words.end;
  return (
    <main className="live-order">
      <header>
        <Link to={`/midterm-sessions/${id}` as string}>← {ui.back}</Link>
        <h1>
          {data.city_name} · {subject(data.subject)} · {words.title}
        </h1>
        <p>
          {data.place} · {dateTime(data.starts_at, language)} · {enums.midterm_session[data.state]}
        </p>
      </header>
      <section aria-live="polite">
        {data.state !== "ended" && <h2>{words.now}</h2>}
        <p className="live-now">{now ? named(now) : data.state === "ended" ? words.over : words.soon}</p>
        {now?.school_name && <p className="live-with">{now.school_name}</p>}
      </section>
      {own && (
        <p className="live-own">
          {fill(words.ahead, { count: waiting.indexOf(own) + (now ? 1 : 0), number: own.position })}
        </p>
      )}
      {waiting.length > 0 && (
        <section>
          <h2>{words.nextUp}</h2>
          <ol start={waiting[0].position}>
            {waiting.map((talk, i) => (
              <li key={talk.id} value={talk.position} className={i === 0 ? "live-next" : undefined}>
                {named(talk)}
                {talk.school_name && <span className="live-with"> {talk.school_name}</span>}
              </li>
            ))}
          </ol>
        </section>
      )}
      {data.arranges && ["planned", "running"].includes(data.state) && (
        <footer>
          <Refusal error={wrong} />
          <Flex gap={12} wrap>
            <Button type="primary" size="large" loading={busy} onClick={() => void step(false)}>
              {label}
            </Button>
            {running && data.current > 1 && (
              <Button size="large" disabled={busy} onClick={() => void step(true)}>
                {words.backOne}
              </Button>
            )}
          </Flex>
        </footer>
      )}
    </main>
  );
}
