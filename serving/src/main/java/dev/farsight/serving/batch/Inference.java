package dev.farsight.serving.batch;

import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.Models;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Pool;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.SampleReader;
import dev.farsight.serving.request.Samples;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers requests for scores, whatever protocol they came by. Any thread. */
public final class Inference {

  private static final int MOST_KEPT = 64;

  private final Models models;
  private final Batcher batcher;
  private final ServingMetrics metrics;
  private final long longestNanos;
  private final Pool<InferRequest> requests = new Pool<>(MOST_KEPT, InferRequest::new);

  /** Is told once how a request ended. */
  public interface Answer {

    /** All samples have their logits. The samples are used again when this returns. */
    void scored(ServedModel model, Samples samples);

    void refused(Refusal why);
  }

  /**
   * @param longest no request waits longer, whatever its client says
   */
  public Inference(Models models, Batcher batcher, ServingMetrics metrics, Duration longest) {
    this.models = models;
    this.batcher = batcher;
    this.metrics = metrics;
    this.longestNanos = longest.toNanos();
  }

  /** An empty carrier for a request. */
  public InferRequest takeRequest() {
    InferRequest request = requests.take();
    request.clear();
    return request;
  }

  /** The carrier is not used any more. */
  public void giveBack(InferRequest request) {
    if (request.isKept()) {
      requests.giveBack(request);
    }
  }

  /**
   * Checks a request and submits it to be scored.
   *
   * @param version empty for the current one
   * @param arrived when it came, of {@link System#nanoTime}
   * @param answer told by another thread, unless this throws
   * @throws Refusal if it is refused at once
   */
  public Scoring infer(
      String model, String version, InferRequest request, long arrived, Answer answer) {
    ServedModel served = models.use(model, version);
    Samples samples = served.samples().take();
    metrics.begun();
    try {
      long deadline = deadline(request, arrived);
      read(served, request, samples);
      var scoring =
          new Scoring(
              served, samples, arrived, deadline, new Call(answer, arrived, served, samples));
      batcher.submit(scoring);
      return scoring;
    } catch (RuntimeException | Error e) {
      end(served, samples, arrived);
      throw e;
    }
  }

  private long deadline(InferRequest request, long arrived) {
    long micros = request.timeoutMicros();
    long asked = micros == 0 ? longestNanos : TimeUnit.MICROSECONDS.toNanos(micros);
    long deadline = arrived + Math.min(asked, longestNanos);
    if (System.nanoTime() - deadline >= 0) {
      throw new Refusal(Reason.EXPIRED, "the deadline passed before it was scored");
    }
    return deadline;
  }

  private static void read(ServedModel served, InferRequest request, Samples samples) {
    SampleReader reader = served.readers().take();
    try {
      reader.read(request, samples);
    } finally {
      served.readers().giveBack(reader);
    }
  }

  private void end(ServedModel served, Samples samples, long arrived) {
    if (samples.isKept()) {
      served.samples().giveBack(samples);
    }
    served.end();
    metrics.ended(System.nanoTime() - arrived);
  }

  /** Gives back what a request took once it is answered. */
  private final class Call implements Scoring.Listener {

    private final Answer answer;
    private final long arrived;
    private final ServedModel served;
    private final Samples samples;

    Call(Answer answer, long arrived, ServedModel served, Samples samples) {
      this.answer = answer;
      this.arrived = arrived;
      this.served = served;
      this.samples = samples;
    }

    @Override
    public void scored(Scoring scoring) {
      try {
        answer.scored(served, samples);
      } finally {
        end(served, samples, arrived);
      }
    }

    @Override
    public void refused(Refusal why) {
      try {
        answer.refused(why);
      } finally {
        end(served, samples, arrived);
      }
    }
  }
}
