/** What the binding throws: the name is its source, the message starts with the code if there is one. */
export class BindingError extends Error {
  constructor(message, name) {
    super(message);
    this.name = name;
  }
}

/** A mistake of the caller's, found before anything was sent. */
export const misuse = (message) => new BindingError(message, "AiInternalError");
