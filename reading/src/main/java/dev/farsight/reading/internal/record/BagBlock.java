package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;

/**
 * Brings the bags of a block of rows into a batch, behind those already there. The rows are parsed
 * task by task, in parallel, each task into room of its own; then it is known where the bags of
 * each task begin, and they are copied there, in parallel again.
 *
 * <p>Memory: up to twice the lookups of a block, and 4 bytes a bag.
 */
final class BagBlock {

  private final Workers team;
  private final Workers.Task placeTask = this::placeTask;

  /** By task and feature; null where a feature is one-hot. */
  private final ParsedBags[][] parsed;

  /** By task and feature: where its lookups begin in the batch. */
  private final int[][] lookupStarts;

  /** By task: where its rows begin in the batch. */
  private final int[] firsts;

  /** By feature: lookups that are in the batch. */
  private final int[] placed;

  private Batch batch;

  /**
   * @param tasks most tasks of a block
   * @param taskRows most rows of a task
   */
  BagBlock(BatchSchema schema, Workers team, int tasks, int taskRows) {
    int features = schema.features().size();
    this.team = team;
    this.parsed = new ParsedBags[tasks][features];
    this.lookupStarts = new int[tasks][features];
    this.firsts = new int[tasks];
    this.placed = new int[features];
    for (ParsedBags[] ofTask : parsed) {
      for (int f = 0; f < features; f++) {
        var feature = schema.features().get(f);
        ofTask[f] = feature.oneHot() ? null : new ParsedBags(taskRows, feature.weighted());
      }
    }
  }

  /** Begins a batch. */
  void start(Batch into) {
    batch = into;
    for (int f = 0; f < placed.length; f++) {
      placed[f] = 0;
      if (into.offsets(f) != null) {
        into.offsets(f)[0] = 0;
      }
    }
  }

  /** Where a task is to parse bags, by feature; null where a feature is one-hot. Empty. */
  ParsedBags[] room(int task) {
    for (ParsedBags bags : parsed[task]) {
      if (bags != null) {
        bags.clear();
      }
    }
    return parsed[task];
  }

  /**
   * Brings the bags of all tasks into the batch.
   *
   * @param first where the first row of the block belongs
   * @return how many of the bags are truncated
   */
  int place(int tasks, int first) {
    int row = first;
    int truncated = 0;
    for (int task = 0; task < tasks; task++) {
      firsts[task] = row;
      int rows = 0;
      for (int f = 0; f < placed.length; f++) {
        ParsedBags bags = parsed[task][f];
        if (bags != null) {
          rows = bags.rows();
          truncated += bags.truncated();
          lookupStarts[task][f] = placed[f];
          batch.requireRoom(f, (long) placed[f] + bags.lookups());
          placed[f] += bags.lookups();
        }
      }
      row += rows;
    }
    team.run(tasks, placeTask);
    return truncated;
  }

  private void placeTask(int task, int worker) {
    for (int f = 0; f < placed.length; f++) {
      ParsedBags bags = parsed[task][f];
      if (bags != null) {
        bags.place(batch, f, firsts[task], lookupStarts[task][f]);
      }
    }
  }
}
