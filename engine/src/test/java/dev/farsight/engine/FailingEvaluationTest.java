package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A finished training leaves its model, even if the evaluation at its end fails. */
class FailingEvaluationTest {

  private static final int STEPS = 40;

  /** The evaluation part has 1,716 samples: 47 batches. */
  private static final int GOOD_BATCHES = 20;

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  private TestRun run(Components parts) {
    return new TestRun(folder)
        .components(parts)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "model.save=true",
            "train.max-steps=" + STEPS);
  }

  @ParameterizedTest
  @CsvSource({
    "0, EXCEPTION, 0",
    "0, ERROR, 0",
    "0, ERROR_AT_OPEN, 0",
    "20, EXCEPTION, 1",
    "20, ERROR, 1",
    "20, ERROR_AT_OPEN, 1"
  })
  void theModelOfAFinishedTrainingIsKept(int evalEvery, Fault fault, int goodEvaluations) {
    String every = "train.eval-every=" + evalEvery;
    Report whole = run(components).set(every).train();
    TestRun failing =
        run(failing(fault, goodEvaluations))
            .set(
                every,
                "checkpoint.every=20 steps",
                "checkpoint.directory=" + folder.resolve("checkpoints"));
    assertThatThrownBy(failing::train).hasStackTraceContaining("held-out.txt:77");
    assertThat(failing.directory().resolve("report.json")).doesNotExist();
    TestRun evaluation =
        run(components).set("model.load=\"" + failing.directory().resolve("model") + "\"");
    try (Trainer trainer = evaluation.open(RunListener.NONE)) {
      Report evaluated = trainer.evaluate();
      assertThat(evaluated.json().getString("weights_sha256"))
          .isEqualTo(whole.json().getString("weights_sha256"));
      assertThat(evaluated.quality()).isEqualTo(whole.quality());
    }
  }

  @Test
  void aTrainingWhoseEvaluationFailsBeforeItsEndLeavesNoModel() {
    TestRun failing = run(failing(Fault.EXCEPTION, 0)).set("train.eval-every=20");
    assertThatThrownBy(failing::train).hasMessageContaining("held-out.txt:77");
    assertThat(failing.directory().resolve("model")).doesNotExist();
  }

  @Test
  void aLogitThatIsNotFiniteIsReportedWithItsSample() {
    TestRun failing = run(failing(Fault.OVERFLOW, 0)).set("train.max-steps=3");
    // Of batches of 37 samples, the sample 5 of batch 20.
    assertThatThrownBy(failing::train)
        .hasMessageMatching(
            "the logit of evaluation sample 745, counted from 0, is (NaN|-?Infinity).*");
    assertThat(failing.directory().resolve("model")).isDirectory();
    assertThat(failing.directory().resolve("metrics.jsonl"))
        .content()
        .doesNotContain("NaN", "Infinity");
  }

  private enum Fault {
    EXCEPTION,
    OVERFLOW,
    ERROR,
    ERROR_AT_OPEN;

    private static final String MESSAGE = "held-out.txt:77: malformed";

    void strike() {
      if (this == EXCEPTION) {
        throw new FarsightException(MESSAGE);
      }
      throw new AssertionError(MESSAGE);
    }
  }

  /** The components, with a synthetic source whose evaluations fail after some good ones. */
  private Components failing(Fault fault, int goodEvaluations) {
    var honest = components.sources().get("synthetic");
    return TestRun.withSynthetic(components, new FailingFactory(honest, fault, goodEvaluations));
  }

  private record FailingFactory(DataSourceFactory honest, Fault fault, int goodEvaluations)
      implements DataSourceFactory {

    @Override
    public String name() {
      return honest.name();
    }

    @Override
    public DataSource open(DataContext context) {
      return new FailingData(honest.open(context), fault, goodEvaluations);
    }
  }

  private static final class FailingData extends ForwardingDataSource {

    private final Fault fault;
    private final int goodEvaluations;
    private int evaluations;

    FailingData(DataSource honest, Fault fault, int goodEvaluations) {
      super(honest);
      this.fault = fault;
      this.goodEvaluations = goodEvaluations;
    }

    @Override
    public BatchSource eval() {
      if (evaluations++ < goodEvaluations) {
        return super.eval();
      }
      if (fault == Fault.ERROR_AT_OPEN) {
        fault.strike();
      }
      return new FailingSource(super.eval(), fault);
    }
  }

  private static final class FailingSource implements BatchSource {

    private final BatchSource honest;
    private final Fault fault;
    private int batches;

    FailingSource(BatchSource honest, Fault fault) {
      this.honest = honest;
      this.fault = fault;
    }

    @Override
    public BatchSchema schema() {
      return honest.schema();
    }

    @Override
    public boolean next(Batch target) {
      boolean faulty = batches++ == GOOD_BATCHES;
      if (faulty && fault != Fault.OVERFLOW) {
        fault.strike();
      }
      boolean more = honest.next(target);
      if (faulty && fault == Fault.OVERFLOW) {
        // The source may not deliver a value that is not finite, but one that overflows.
        for (int d = 0; d < 3; d++) {
          target.dense().put(5 * 3 + d, Float.MAX_VALUE);
        }
      }
      return more;
    }

    @Override
    public void close() {
      honest.close();
    }
  }
}
