import { useEffect, useState } from "react";
import { api, asProblem, type Door as DoorShown, ok } from "../api";
import { words } from "../words/light";
import { fill } from "../words/say";
import { Link } from "./link";

/** What stands at the door: a QR that changes by itself, six digits for who has no camera, and who has come. */
export function Door({ id }: { id: string }) {
  const [shown, setShown] = useState<DoorShown | null>(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const found = await ok(api.appointmentsDoor({ path: { appointment_id: id } }));
        if (over) return;
        setShown(found);
        setFault("");
        // Who has come is seen soon, and the code never stands after its time.
        timer = setTimeout(ask, Math.min(found.left, 5) * 1000);
      } catch (wrong) {
        if (over) return;
        const problem = asProblem(wrong);
        setFault(problem.unanswered ? words.offline : problem.detail || problem.message);
        // An old code only disappoints who scans it.
        setShown(null);
        if (problem.unanswered) timer = setTimeout(ask, 5000);
      }
    };
    void ask();
    // The screen stays bright while somebody may come.
    const lock = navigator.wakeLock?.request("screen").catch(() => null);
    return () => {
      over = true;
      clearTimeout(timer);
      void lock?.then((held) => held?.release());
    };
  }, [id]);
  return (
    <div className="door">
      <h1>{words.door.title}</h1>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {shown && (
        <>
          <img
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(shown.svg)}`}
            alt={words.door.qr}
          />
          <p className="digits">{shown.digits}</p>
          <p className="quiet">{fill(words.door.hint, { seconds: shown.seconds })}</p>
          <p role="status">
            {fill(words.meetings.came, { count: shown.present.length, asked: shown.asked })}
            {shown.present.length > 0 && `: ${shown.present.join(words.comma)}`}
          </p>
        </>
      )}
      <div className="acts">
        <Link to={`record/${id}`} className="button">
          {words.meetings.record}
        </Link>
        <Link to="" className="button">
          {words.back}
        </Link>
      </div>
    </div>
  );
}
