import type { Plan, PlanDocuments } from '../../../../src/extension/plans/planDocuments';

/** Keeps the plans that are shown, instead of showing them. */
export class FakePlans {
  readonly shown: Plan[] = [];
  readonly documents = {
    open: (plan: Plan) => {
      this.shown.push(plan);
      return Promise.resolve();
    },
  } as unknown as PlanDocuments;

  /** The one that was shown last. */
  get last(): Plan {
    const plan = this.shown.at(-1);
    if (!plan) {
      throw new Error('No plan was shown.');
    }
    return plan;
  }
}
