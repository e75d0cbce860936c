/** What {@link WorkersAI.detectObjects} takes. */
export type DetectObjectsInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, object> & { image: MediaInput });

/** A thing in an image. */
export interface DetectedObject {
  /** What it is, in the model's own words. */
  label: string;
  /** How sure the model is, from 0 to 1. */
  score: number;
  /** Where it is, in pixels from the upper left corner. */
  box: { xmin: number; ymin: number; xmax: number; ymax: number };
}

/** The things in an image. */
export interface DetectObjectsResult {
  /** The things, the surest first. */
  objects: DetectedObject[];
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Finds things in an image.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { objects } = await ai.detectObjects("@cf/facebook/detr-resnet-50", await fetch(url));
   * for (const { label, box } of objects) console.log(label, box.xmin, box.ymin);
   * ```
   */
  detectObjects<const Model extends OfferedModels["detectObjects"] | (string & {})>(
    model: Model & ServedBy<"detectObjects", Model>,
    input: DetectObjectsInput<Model>,
    options?: CallOptions,
  ): Promise<DetectObjectsResult>;
}
