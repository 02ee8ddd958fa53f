package dev.farsight.serving;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.serving.model.ServedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A run that trains some steps at a time, with deltas and with data that is fitted. */
final class RunToFollow {

  /** Steps between checkpoints. */
  static final int STEPS = 3;

  final List<TestModel.Row> rows = TestModel.rows();
  final Path checkpoints;
  private final Map<Integer, float[]> expected = new HashMap<>();
  private final Path data;
  private final Path run;

  RunToFollow(Path folder) throws IOException {
    data = TestModel.write(folder, rows);
    run = folder.resolve("run");
    checkpoints = run.resolve("checkpoints");
  }

  /** Trains until there are so many checkpoints after the one of step 0. */
  void train(int checkpoint) {
    Config config =
        TestModel.resolve(
            TestModel.config(data)
                .set(
                    List.of(
                        "data.csv.dense=[{column = x, transform = standard}, y]",
                        "data.csv.min-count=2",
                        "data.eval-fraction=0",
                        "model.save=false",
                        "train.epochs=1000",
                        "checkpoint.deltas=true",
                        "checkpoint.keep=100",
                        "checkpoint.every=" + STEPS + " steps",
                        "train.max-steps=" + checkpoint * STEPS)));
    boolean resumes = checkpoints.toFile().exists();
    try (Trainer trainer =
        resumes
            ? Trainer.resume(config, TestModel.components(), run, RunListener.NONE)
            : Trainer.open(config, TestModel.components(), run, RunListener.NONE)) {
      trainer.train();
    }
  }

  /** The folder of a checkpoint. */
  Path checkpoint(int checkpoint) {
    return checkpoints.resolve("step-%012d".formatted(checkpoint * STEPS));
  }

  /** The file of the rows that a checkpoint changed. */
  Path delta(int checkpoint) {
    return checkpoints.resolve("deltas/%012d.rows".formatted(checkpoint * STEPS));
  }

  FarsightServer follow(String... sets) {
    return follow(checkpoints, sets);
  }

  FarsightServer follow(Path followed, String... sets) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "serving.port=0",
                "serving.grpc-port=0",
                "serving.threads=2",
                "serving.batch.size=16",
                "serving.follow.every=10 ms",
                "serving.keep-versions=3"));
    all.addAll(Arrays.asList(sets));
    Config own = TestModel.resolve(dev.farsight.engine.config.FarsightConfig.defaults().set(all));
    var settings = ServingSettings.of(Settings.of("farsight", own));
    return FarsightServer.follow(
        settings,
        followed,
        () -> {
          Config recorded = TestModel.resolve(Predictor.followedConfiguration(followed).set(all));
          Predictor predictor = Predictor.follow(recorded, TestModel.components(), followed);
          return new ServedModel(
              settings.name(), predictor, settings.queue(), Duration.ofMillis(1));
        });
  }

  /**
   * Copies a checkpoint, and the files that followers need of it, to another folder, as a run
   * writes it there: its name comes last.
   *
   * @param left a file of these to leave out
   */
  void copyTo(Path folder, int checkpoint, Path left) throws IOException {
    for (String files : List.of("data", "base", "deltas")) {
      copy(checkpoints.resolve(files), folder.resolve(files), left);
    }
    Path partial = folder.resolve("partial");
    Path source = checkpoint(checkpoint);
    copy(source, partial, left);
    Files.move(partial, folder.resolve(source.getFileName()));
  }

  private static void copy(Path from, Path to, Path left) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.filter(file -> !file.equals(left)).toList()) {
        Path target = to.resolve(file.getFileName());
        if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
    }
  }

  /** The logits of the first rows with a checkpoint that is opened by itself, not by deltas. */
  synchronized float[] expected(int checkpoint, int count) {
    return expected.computeIfAbsent(checkpoint, c -> logits(c, count));
  }

  private float[] logits(int checkpoint, int count) {
    Path folder = checkpoint(checkpoint);
    Config config = TestModel.resolve(Predictor.configuration(folder));
    try (Predictor predictor = Predictor.open(config, TestModel.components(), folder)) {
      var encoder = predictor.encoder().orElseThrow();
      var batch = predictor.newBatch();
      encoder.begin(batch);
      for (TestModel.Row row : rows.subList(0, count)) {
        encoder.set("x", row.x());
        encoder.set("y", row.y());
        encoder.set("user", row.user());
        row.tags().forEach(tag -> encoder.add("tags", tag));
        row.scores().forEach(score -> encoder.add("scores", score));
        encoder.endSample();
      }
      encoder.end();
      var logits = new float[count];
      predictor.logits(batch, logits);
      return logits;
    }
  }

  /** The first rows as a request, which is scored in several batches. */
  String request(int count) {
    return TestModel.rawJson(rows, 0, count, "\"outputs\":[{\"name\":\"logit\"}],");
  }
}
