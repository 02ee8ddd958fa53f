package dev.farsight.engine.pipeline;

/**
 * The progresses of one lane in a phase.
 *
 * @param read this rank's samples are read
 * @param search the search for the unique rows of this rank's samples has begun
 * @param dedupe the unique rows of this rank's samples are found
 * @param ask the ranks of other processes know what this one looks up, and the other way round
 * @param merge the rows that all ranks ask of this one are known
 * @param plan the batch is planned
 * @param order the step's input is written
 * @param fetch rows to load are in the in-ring
 * @param move the moves were given to the device
 * @param launch the step was given to the device
 * @param writeBack evicted rows are in the store
 */
record LaneProgress(
    StageProgress read,
    StageProgress search,
    StageProgress dedupe,
    StageProgress ask,
    StageProgress merge,
    StageProgress plan,
    StageProgress order,
    StageProgress fetch,
    StageProgress move,
    StageProgress launch,
    StageProgress writeBack) {

  static LaneProgress startingAt(long first) {
    return new LaneProgress(
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first),
        new StageProgress(first));
  }
}
