/** The command was given something that can't be: exit code 2. */
export class UsageError extends Error {}

/** A reader of an option's number between two bounds. */
export const numberFrom = (low, high) => (text) => {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < low || number > high)
    throw new UsageError(`"${text}" is not a number from ${low} to ${high}.`);
  return number;
};

/** The same for whole numbers. */
export const integerFrom = (low, high) => (text) => {
  const number = numberFrom(low, high)(text);
  if (!Number.isInteger(number)) throw new UsageError(`"${text}" is not a whole number.`);
  return number;
};
