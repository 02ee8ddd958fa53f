package dev.farsight.compute.nd4j.cpu;

/**
 * What an op makes, for a full batch.
 *
 * @param output its values, [samples][size], with room for whole tiles
 * @param gradient of the loss by them, [samples][size]; null where nothing that learns lies before
 *     them
 */
record Value(Matrix output, Matrix gradient) {}
