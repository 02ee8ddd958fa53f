package dev.farsight.engine.checkpoint;

/**
 * A file of rows that checkpoints refer to.
 *
 * @param step the checkpoint that wrote it
 * @param rows how many it holds
 * @param bytes length of the file
 */
record RowLogFile(long step, long rows, long bytes) {}
