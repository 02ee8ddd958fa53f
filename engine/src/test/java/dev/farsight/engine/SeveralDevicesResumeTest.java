package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.NpyReader;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.engine.verify.Verdict;
import dev.farsight.engine.verify.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What runs of several devices leave does not know how many devices there were. */
class SeveralDevicesResumeTest {

  @TempDir Path folder;

  private TestRun run(int devices, String... sets) {
    return new TestRun(folder)
        .components(TestRun.builtIn())
        .set(
            "data.batch-size=36",
            "data.synthetic.rows=6010",
            "compute.nd4j-native.devices=" + devices,
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"20%\"",
            "checkpoint.every=20 steps",
            "checkpoint.directory=" + folder.resolve("checkpoints-" + devices))
        .set(sets);
  }

  private String checkpoints(int devices) {
    return "checkpoint.directory=" + folder.resolve("checkpoints-" + devices);
  }

  /** Trains or resumes; adds the losses of all steps, of which the checkpoints have the first. */
  private static Report train(TestRun run, boolean resume, List<Float> losses) {
    var listener =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            losses.add(progress.loss());
          }
        };
    try (Trainer trainer = run.open(listener, resume)) {
      return trainer.train();
    }
  }

  private static double auroc(Report report) {
    return report.json().getDouble("quality.auroc");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, row",
    "2, 3, table",
    "1, 2, row",
    "3, 2, replicated",
    "2, 3, column",
    "1, 2, column"
  })
  void aRunContinuesOnAnotherNumberOfDevices(int before, int after, String sharding) {
    String kind = "sharding.default=" + sharding;
    List<Float> expected = new ArrayList<>();
    Report undisturbed =
        train(run(before, kind, "checkpoint.directory=" + folder.resolve("u")), false, expected);
    List<Float> losses = new ArrayList<>();
    train(run(before, kind, "train.max-steps=60"), false, losses);
    Report report = train(run(after, kind, checkpoints(before)), true, losses);
    assertThat(losses).hasSameSizeAs(expected).hasSizeGreaterThan(120);
    for (int step = 0; step < losses.size(); step++) {
      assertThat((double) losses.get(step))
          .as("step %d", step)
          .isCloseTo(expected.get(step), within(1e-4 * expected.get(step)));
    }
    assertThat(auroc(report)).isCloseTo(auroc(undisturbed), within(.001));
  }

  @ParameterizedTest
  @CsvSource({"2, threads, row", "3, sockets, table", "2, threads, column"})
  void aRunIsVerifiedToTheBit(int devices, String collective, String sharding) {
    TestRun run =
        run(
            devices,
            "sharding.collective=" + collective,
            "sharding.default=" + sharding,
            "checkpoint.keep=10",
            "train.max-steps=100");
    run.train();
    Verdict verdict =
        new Verification(TestRun.builtIn(), List.of(getClass().getClassLoader()), RunListener.NONE)
            .verify(
                folder.resolve("checkpoints-" + devices),
                OptionalLong.of(20),
                OptionalLong.empty(),
                List.of());
    assertThat(verdict.equal()).as("%s", verdict).isTrue();
    assertThat(verdict.checkpoints()).isEqualTo(4);
    assertThat(verdict.rowsCompared()).isGreaterThan(1000);
  }

  /** The logits that an evaluation of a model writes. */
  private float[] evaluated(Path model, int devices, String name) {
    Path directory = folder.resolve(name);
    Config config = run(devices, "model.load=" + model).config();
    try (Trainer trainer =
        Trainer.openToEvaluate(config, TestRun.builtIn(), directory, RunListener.NONE)) {
      trainer.evaluate();
    }
    try (NpyReader npy = NpyReader.open(directory.resolve("predictions.npy"), "<f4", null)) {
      var logits = new float[(int) (long) npy.shape().get(0)];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = npy.nextFloat();
      }
      return logits;
    }
  }

  @Test
  void aModelOfTwoDevicesIsEvaluatedOnAnyNumberExportedAndPredictsTheSame() {
    TestRun run = run(2, "model.save=true", "train.max-steps=60");
    run.train();
    Path model = run.directory().resolve("model");
    float[] logits = evaluated(model, 1, "on-one");
    assertThat(logits).hasSizeGreaterThan(100);
    assertThat(evaluated(model, 2, "on-two")).isEqualTo(logits);
    assertThat(evaluated(model, 3, "on-three")).isEqualTo(logits);

    Config config = Predictor.configuration(model).resolve(List.of(getClass().getClassLoader()));
    try (Predictor predictor = Predictor.open(config, TestRun.builtIn(), model)) {
      assertThat(predictor.version()).isNotNegative();
      assertThat(logits)
          .startsWith(PredictorTest.predicted(run, predictor, new Random(1).nextLong()));
    }

    Path exported = folder.resolve("exported");
    long rows =
        new Export(new TestRun(folder).config(), TestRun.builtIn())
            .write(folder.resolve("checkpoints-2"), Optional.empty(), exported, new NpyFormat());
    assertThat(rows).isPositive();
    assertThat(exported).isNotEmptyDirectory();
  }
}
