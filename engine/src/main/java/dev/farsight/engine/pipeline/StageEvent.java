package dev.farsight.engine.pipeline;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A stage has worked on a batch: an event for JDK Flight Recorder. Costs some nanoseconds while
 * nothing is recorded. Used by one thread, again for each batch.
 */
@Name("farsight.Stage")
@Label("Stage")
@Category("Farsight")
@Description("Work of one stage of the pipeline on one batch, without waits for other stages")
@StackTrace(false)
final class StageEvent extends Event {

  @Label("Stage")
  @SuppressWarnings("unused") // read by the recorder
  private final String stage;

  @Label("Batch")
  @Description("Number of the batch, over the life of the cache; evaluations count too")
  @SuppressWarnings("unused") // read by the recorder
  private long batch;

  StageEvent(String stage) {
    this.stage = stage;
  }

  /** The work that began with {@link #begin} is done. */
  void worked(long batch) {
    end();
    if (shouldCommit()) {
      this.batch = batch;
      commit();
    }
  }
}
