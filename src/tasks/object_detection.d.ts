/** The input of {@link WorkersAI.detectObjects}. */
export type DetectObjectsInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, object> & { image: MediaInput });

/** An object in an image. */
export interface DetectedObject {
  /** Its class, as the model names it. */
  label: string;
  /** The model's confidence, from 0 to 1. */
  score: number;
  /** Its bounding box, in pixels from the upper left corner. */
  box: { xmin: number; ymin: number; xmax: number; ymax: number };
}

/** The objects in an image. */
export interface DetectObjectsResult {
  /** The objects, the highest score first. */
  objects: DetectedObject[];
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
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
