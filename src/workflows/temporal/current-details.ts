import { setCurrentDetails } from '@temporalio/workflow';

/**
 * What the Temporal UI shows of a workflow. Writing it takes a row for each environment; when many of them change at the same
 * moment, which is one task of the workflow, it is written for all of them together. It is no part of history.
 */
export class CurrentDetails {
  private readonly write: () => string;
  private readonly show: (details: string) => void;
  private isDue = false;

  /** `write` answers the details as they are then. */
  constructor(write: () => string, show: (details: string) => void = setCurrentDetails) {
    this.write = write;
    this.show = show;
  }

  /** Has the details written anew, when what happens now has happened. */
  change(): void {
    if (this.isDue) return;
    this.isDue = true;
    void Promise.resolve().then(() => {
      this.isDue = false;
      this.show(this.write());
    });
  }
}
