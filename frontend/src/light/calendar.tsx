import { useState } from "react";
import { apiOrigin, send } from "../api";
import { words } from "../words/light";

/** The meeting for the phone's own calendar. */
export function CalendarButton({ id, name }: { id: string; name: string }) {
  const [fault, setFault] = useState("");
  const fetchIt = async () => {
    setFault("");
    try {
      const answer = await send(
        new Request(`${apiOrigin()}/api/v1/appointments/${id}/calendar`, { credentials: "include" }),
      );
      if (!answer.ok) throw new Error();
      const address = URL.createObjectURL(await answer.blob());
      const link = document.createElement("a");
      link.href = address;
      link.download = `${name}.ics`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch {
      setFault(words.offline);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void fetchIt()}>
        {words.meetings.calendar}
      </button>
      {fault && (
        <span className="fault" role="alert">
          {fault}
        </span>
      )}
    </>
  );
}
