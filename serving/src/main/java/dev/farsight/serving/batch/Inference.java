package dev.farsight.serving.batch;

import dev.farsight.engine.predict.ModelVersion;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Pool;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.SampleReader;
import dev.farsight.serving.request.Samples;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers requests for scores, whatever protocol they came by. Any thread. */
public final class Inference {

  private static final int MOST_KEPT = 64;

  private final ServedModel model;
  private final Batcher batcher;
  private final ServingMetrics metrics;
  private final long longestNanos;
  private final Pool<InferRequest> requests = new Pool<>(MOST_KEPT, InferRequest::new);

  /** Is told once how a request ended. */
  public interface Answer {

    /** All samples have their logits. The samples are used again when this returns. */
    void scored(long version, Samples samples);

    void refused(Refusal why);
  }

  /**
   * @param longest no request waits longer, whatever its client says
   */
  public Inference(ServedModel model, Batcher batcher, ServingMetrics metrics, Duration longest) {
    this.model = model;
    this.batcher = batcher;
    this.metrics = metrics;
    this.longestNanos = longest.toNanos();
  }

  /** The model that scores. */
  public ServedModel model() {
    return model;
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
      String name, String version, InferRequest request, long arrived, Answer answer) {
    model.requireName(name);
    ModelVersion acquired = model.acquire(version);
    Samples samples = model.samples().take();
    metrics.begun();
    try {
      long deadline = deadline(request, arrived);
      read(request, samples);
      var scoring =
          new Scoring(
              acquired, samples, arrived, deadline, new Call(answer, arrived, acquired, samples));
      batcher.submit(scoring);
      return scoring;
    } catch (RuntimeException | Error e) {
      end(acquired, samples, arrived);
      throw e;
    }
  }

  /** The client is gone: samples that no scorer has taken yet are not scored. */
  public void cancel(Scoring scoring) {
    batcher.cancel(scoring);
  }

  private long deadline(InferRequest request, long arrived) {
    long micros = request.timeoutMicros();
    long asked = micros == 0 ? longestNanos : TimeUnit.MICROSECONDS.toNanos(micros);
    long deadline = arrived + Math.min(asked, longestNanos);
    if (System.nanoTime() - deadline >= 0) {
      throw Refusal.expired();
    }
    return deadline;
  }

  private void read(InferRequest request, Samples samples) {
    SampleReader reader = model.readers().take();
    try {
      reader.read(request, samples);
    } finally {
      model.readers().giveBack(reader);
    }
  }

  private void end(ModelVersion acquired, Samples samples, long arrived) {
    if (samples.isKept()) {
      model.samples().giveBack(samples);
    }
    acquired.close();
    metrics.ended(System.nanoTime() - arrived);
  }

  /** Gives back what a request took once it is answered. */
  private final class Call implements Scoring.Listener {

    private final Answer answer;
    private final long arrived;
    private final ModelVersion acquired;
    private final Samples samples;

    Call(Answer answer, long arrived, ModelVersion acquired, Samples samples) {
      this.answer = answer;
      this.arrived = arrived;
      this.acquired = acquired;
      this.samples = samples;
    }

    @Override
    public void scored(Scoring scoring) {
      try {
        answer.scored(acquired.number(), samples);
      } finally {
        end(acquired, samples, arrived);
      }
    }

    @Override
    public void refused(Refusal why) {
      try {
        answer.refused(why);
      } finally {
        end(acquired, samples, arrived);
      }
    }
  }
}
