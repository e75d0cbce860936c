/** A wrong argument or option: exit code 2. */
export class UsageError extends Error {}

/** Digits, as people write numbers: none of the other forms that JavaScript reads as one, as "0x50" or " 80". */
const WHOLE = /^\d+$/;
const DECIMAL = /^\d+(?:\.\d+)?(?:e\d{1,2})?$/i;

const reader = (form, kind) => (option, least, most) => (text) => {
  const number = Number(text);
  if (!form.test(text) || number < least || number > most)
    throw new UsageError(`${option}: "${text}" is not ${kind} from ${least} to ${most}.`);
  return number;
};

/** A reader of an option's number between two bounds. */
export const numberFrom = reader(DECIMAL, "a number");
/** The same for whole numbers. */
export const integerFrom = reader(WHOLE, "a whole number");

/** Gives what `check` gives; its complaint about a value becomes one about how the command was used. */
export function checked(check) {
  try {
    return check();
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(`${error.message}.`) : error;
  }
}
