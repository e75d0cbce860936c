/** What the binding throws: the name is its source, the message starts with the code if there is one. */
export class BindingError extends Error {
  constructor(message, name) {
    super(message);
    this.name = name;
  }
}

/** An error of the caller that is detected before anything is sent. */
export const misuse = (message) => new BindingError(message, "AiInternalError");
