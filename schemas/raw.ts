import type { Model, mongo } from 'mongoose';

/**
 * The driver's own collection behind a model. For the books of a decision: their documents are built by our code
 * from typed values, so that casting each of them once more only costs time (a renewal writes some hundred). What
 * comes from outside goes through the model.
 */
export function raw<T extends { readonly _id: string }>(model: Model<T>): mongo.Collection<T> {
  // Mongoose wraps the driver's collection and types it for documents of any shape.
  return model.collection as unknown as mongo.Collection<T>;
}
