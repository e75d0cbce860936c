/** A wrong argument or option: exit code 2. */
export class UsageError extends Error {}

/**
 * Decimal digits only: other forms that JavaScript accepts as numbers, such as "0x50" or " 80", are
 * rejected.
 */
const WHOLE = /^\d+$/;
const DECIMAL = /^\d+(?:\.\d+)?(?:e\d{1,2})?$/i;

const reader = (form, kind) => (option, least, most) => (text) => {
  const number = Number(text);
  if (!form.test(text) || number < least || number > most)
    throw new UsageError(`${option}: "${text}" is not ${kind} from ${least} to ${most}.`);
  return number;
};

/** Returns a parser for a numeric option with bounds. */
export const numberFrom = reader(DECIMAL, "a number");
/** Returns a parser for an integer option with bounds. */
export const integerFrom = reader(WHOLE, "a whole number");

/** Returns the result of `check`. An error about a value becomes a usage error. */
export function checked(check) {
  try {
    return check();
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(`${error.message}.`) : error;
  }
}
