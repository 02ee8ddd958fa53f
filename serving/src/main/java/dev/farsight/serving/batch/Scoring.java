package dev.farsight.serving.batch;

import dev.farsight.engine.predict.ModelVersion;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Samples;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The samples of one request on their way through the queue. */
public final class Scoring {

  /** Is told once how it ended, by the thread that scored or that refused. */
  public interface Listener {

    /** All samples have their logits. */
    void scored(Scoring scoring);

    /** The samples are not scored. */
    void refused(Refusal why);
  }

  private final ModelVersion version;
  private final Samples samples;
  private final long arrived;
  private final long deadline;
  private final Listener listener;
  private final AtomicInteger left;
  private final AtomicReference<Refusal> refusal = new AtomicReference<>();

  /** The first sample that no scorer has taken; the queue's own. */
  int next;

  /**
   * @param version scores the samples; stays open until the listener was told
   * @param arrived when the request came, of {@link System#nanoTime}
   * @param deadline when the client waits no longer, of {@link System#nanoTime}
   */
  public Scoring(
      ModelVersion version, Samples samples, long arrived, long deadline, Listener listener) {
    this.version = version;
    this.samples = samples;
    this.arrived = arrived;
    this.deadline = deadline;
    this.listener = listener;
    this.left = new AtomicInteger(samples.count());
  }

  ModelVersion version() {
    return version;
  }

  public Samples samples() {
    return samples;
  }

  long arrived() {
    return arrived;
  }

  long deadline() {
    return deadline;
  }

  boolean isExpired(long now) {
    return now - deadline >= 0;
  }

  /** Samples that no scorer has taken. */
  int waiting() {
    return samples.count() - next;
  }

  /** Some samples failed; the request is refused once no scorer has any of the others. */
  void fail(Refusal why) {
    refusal.compareAndSet(null, why);
  }

  /** Some samples are done, whether scored or not; tells the listener after the last one. */
  void done(int some) {
    if (left.addAndGet(-some) == 0) {
      Refusal why = refusal.get();
      if (why == null) {
        listener.scored(this);
      } else {
        listener.refused(why);
      }
    }
  }
}
