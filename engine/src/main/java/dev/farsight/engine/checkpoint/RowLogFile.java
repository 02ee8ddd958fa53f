package dev.farsight.engine.checkpoint;

/**
 * A row file that checkpoints refer to.
 *
 * @param step step of the checkpoint that wrote the file
 * @param rows number of rows in the file
 * @param bytes length of the file
 */
record RowLogFile(long step, long rows, long bytes) {}
