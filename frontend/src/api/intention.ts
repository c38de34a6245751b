/**
 * One key for one thing a person wants. A second press of the same button after a lost answer sends the same key, so
 * the server does it once; a changed form, or a new wish after an answer, gets a new key.
 */
export class Intention {
  private key = "";
  private wish = "";

  headers(body: unknown): { "Idempotency-Key": string } {
    const wish = JSON.stringify(body ?? null);
    if (!this.key || wish !== this.wish) {
      this.key = crypto.randomUUID();
      this.wish = wish;
    }
    return { "Idempotency-Key": this.key };
  }

  /** The server has answered: the next press is a new wish. */
  settled(): void {
    this.key = "";
  }
}
