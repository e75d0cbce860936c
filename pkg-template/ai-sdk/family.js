// The one thing of a model's id that matters here: is it one of the service's own models, or of another provider behind a gateway?

export const isOwn = (model) => /^@(?:cf|hf)\//.test(model);
