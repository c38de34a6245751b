/** A card whose first line is a sentence: as far from its title as lines are from each other. */
export const TIGHT = { body: { paddingTop: 14 } };
