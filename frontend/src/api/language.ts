let language = "zh-CN";

/** The language that the API answers in from now on. */
export function speak(next: string): void {
  language = next;
}

export function spoken(): string {
  return language;
}
