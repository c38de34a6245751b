import type { ReactNode } from "react";
import type { Phone, PhoneMeeting } from "../api";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { AskedAgain } from "./again";
import { Asked } from "./asked";
import { CalendarButton } from "./calendar";
import { Consents } from "./consents";
import { Link } from "./link";
import type { Notebook } from "./notebook";

/** The first page of who meets students, and of their families: what comes, what was, how each student stands. */
export function Meetings({ book, children }: { book: Notebook; children?: ReactNode }) {
  const { phone, account } = book;
  if (!phone) return <p className="quiet">{words.loading}</p>;
  return (
    <>
      <h1>{words.meetings.title}</h1>
      {account.agrees && <AskedAgain />}
      {account.consents && <Consents />}
      <Coming book={book} />
      {account.meets && (
        <div className="acts">
          <Link to="record/now" className="button">
            {words.meetings.now}
          </Link>
          <Link to="plan" className="button">
            {words.meetings.plan}
          </Link>
        </div>
      )}
      {account.says && <Asked />}
      {children}
      <Students phone={phone} />
      {account.receipts && (
        <p>
          <Link to="receipts">{words.receipts}</Link>
        </p>
      )}
      <h2>{words.meetings.held}</h2>
      {phone.held.length === 0 && <p className="quiet">{words.meetings.noneHeld}</p>}
      {phone.held.map((one) => (
        <div key={one.id} className="card">
          <strong>{one.title}</strong>
          <small>
            {dateTime(one.starts_at, language)} · {one.on_campus ? words.meetings.campus : words.meetings.off}
          </small>
          <small>{one.present.length > 0 ? one.present.join(words.comma) : words.meetings.nobody}</small>
          {account.meets && (
            <Link to={`record/${one.id}~held`} className="small">
              {words.meetings.correct}
            </Link>
          )}
        </div>
      ))}
    </>
  );
}

function Students({ phone }: { phone: Phone }) {
  return (
    <>
      <h2>{words.meetings.students}</h2>
      {phone.students.length === 0 && <p className="quiet">{words.meetings.noStudents}</p>}
      {phone.students.map((one) => (
        <div key={one.enrolment_id} className="card">
          <strong>{one.student_name}</strong>
          <small>
            {one.mentor_name} · {one.university_name}
          </small>
          <small>
            {one.logs_missing > 0 && (
              <span className="tag warn">{fill(words.meetings.missing, { count: one.logs_missing })}</span>
            )}
            {one.logs_waiting > 0 && (
              <span className="tag">{fill(words.meetings.waiting, { count: one.logs_waiting })}</span>
            )}
            {one.logs_missing + one.logs_waiting === 0 && words.meetings.inOrder}
          </small>
        </div>
      ))}
    </>
  );
}

/** What comes next: when, where, how to get there; for the team also the door and the record. */
export function Coming({ book }: { book: Notebook }) {
  const { phone, account } = book;
  if (!phone) return null;
  return (
    <>
      <h2>{words.meetings.coming}</h2>
      {phone.coming.length === 0 && <p className="quiet">{words.meetings.noneComing}</p>}
      {phone.coming.map((one) => (
        <Meeting key={one.id} one={one} meets={account.meets} />
      ))}
    </>
  );
}

function Meeting({ one, meets }: { one: PhoneMeeting; meets: boolean }) {
  const names = one.guests.map((guest) => guest.student_name).join(words.comma);
  const came = one.guests.filter((guest) => guest.checked_in_at).length;
  return (
    <div className="card">
      <strong>{one.title}</strong>
      <small>
        {dateTime(one.starts_at, language)} · {fill(words.meetings.minutes, { count: one.minutes })}
      </small>
      <small>
        {one.place || (one.on_campus ? words.meetings.campus : words.meetings.off)} · {one.mentor_name}
      </small>
      {one.directions && <small>{one.directions}</small>}
      {meets && (
        <small>
          {names} · {fill(words.meetings.came, { count: came, asked: one.guests.length })}
        </small>
      )}
      <div className="acts">
        {meets && (
          <>
            <Link to={`record/${one.id}`} className="button">
              {words.meetings.record}
            </Link>
            <Link to={`door/${one.id}`} className="button">
              {words.meetings.door}
            </Link>
          </>
        )}
        {!meets && <CalendarButton id={one.id} name={one.title} />}
      </div>
    </div>
  );
}
