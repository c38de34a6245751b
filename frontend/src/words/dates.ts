// The programme lives in one time zone, which its plan names; so do its dates, wherever the reader sits.
let parts = formatter("Asia/Shanghai");
const WEEKDAYS = {
  "zh-CN": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
} as const;
export type Language = keyof typeof WEEKDAYS;

function formatter(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** The zone of the cycle's plan. */
export function keepZone(zone: string): void {
  parts = formatter(zone);
}

function split(at: Date) {
  const found = Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
  const day = `${found.year}-${found.month}-${found.day}`;
  return { day, time: `${found.hour}:${found.minute}` };
}

/** `2024-01-15 周一` */
export function date(value: string, language: Language): string {
  // A plain date has no zone to be moved by.
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : split(new Date(value)).day;
  return `${day} ${WEEKDAYS[language][new Date(`${day}T00:00:00Z`).getUTCDay()]}`;
}

/** `2024-01-15 周一 14:30` */
export function dateTime(value: string, language: Language): string {
  return `${date(value, language)} ${split(new Date(value)).time}`;
}

/** The last day before a moment: what closes at a midnight is open until the day before. */
export function lastDay(value: string, language: Language): string {
  return date(new Date(Date.parse(value) - 1).toISOString(), language);
}

/** A deadline: `2024-01-15 周一 17:00`; at a midnight `2024-01-15 周一 24:00`, which nobody takes for the night before. */
export function deadline(value: string, language: Language): string {
  const { time } = split(new Date(value));
  return time === "00:00" ? `${lastDay(value, language)} 24:00` : dateTime(value, language);
}

/** `14:30`, by the reader's own clock. */
export function clock(at: Date): string {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** Whole days from now to then, counted by midnights of the programme's zone; negative in the past. */
export function daysUntil(then: string, now: Date): number {
  const day = (at: Date) => Date.parse(`${split(at).day}T00:00:00Z`);
  return Math.round((day(new Date(then)) - day(now)) / 86_400_000);
}

/** For `<input type="datetime-local">`, in the programme's zone. */
export function toInput(value: string): string {
  const { day, time } = split(new Date(value));
  return `${day}T${time}`;
}

export function fromInput(value: string): string {
  const guess = Date.parse(`${value}:00Z`);
  const { day, time } = split(new Date(guess));
  const offset = Date.parse(`${day}T${time}:00Z`) - guess;
  return new Date(guess - offset).toISOString();
}
