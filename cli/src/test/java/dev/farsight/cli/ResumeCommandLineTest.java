package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.ProcessLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command lines of checkpoints and export, from training to what Python would read. */
class ResumeCommandLineTest {

  private static final List<String> TINY =
      List.of(
          "data.batch-size=64",
          "data.synthetic.rows=2100",
          "data.synthetic.cardinalities=[50, 400, 30]",
          "model.embedding-dim=4",
          "model.dlrm.bottom-mlp=[8]",
          "model.dlrm.top-mlp=[8]",
          "cache.size=250 rows",
          "compute.threads=1");

  @TempDir Path folder;

  /** What a command line printed and returned. */
  private record Result(int status, String out, String err) {}

  private Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.empty(), 0);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Result train(String directory, boolean resume, String... sets) throws IOException {
    var conf = Files.writeString(folder.resolve("empty.conf"), "");
    var args = new ArrayList<>(List.of("train", conf.toString()));
    if (resume) {
      args.add("--resume");
    }
    var all = new ArrayList<>(TINY);
    all.add("run.directory=" + folder.resolve(directory));
    all.addAll(List.of(sets));
    for (String set : all) {
      args.addAll(List.of("--set", set));
    }
    return run(args.toArray(String[]::new));
  }

  private Config report(String directory) {
    return ConfigFactory.parseFile(folder.resolve(directory).resolve("report.json").toFile());
  }

  @Test
  void resumesInTheDirectoryOfTheRunToTheSameDigests() throws IOException {
    assertThat(train("whole", false).status()).isZero();
    assertThat(train("run", false, "checkpoint.every=5 steps", "train.max-steps=12").status())
        .isZero();
    var resumed = train("run", true, "checkpoint.every=5 steps");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.status()).isZero();
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(report("run").getString(digest)).isEqualTo(report("whole").getString(digest));
    }
    assertThat(folder.resolve("run/report.1.json")).isRegularFile();
    assertThat(Files.readAllLines(folder.resolve("run/metrics.jsonl")))
        .filteredOn(line -> line.contains("samples_per_second"))
        .hasSize(29);

    String checkpoints = folder.resolve("run/checkpoints").toString();
    assertThat(run("checkpoint", "info", checkpoints).out())
        .containsPattern("25 .* 1,600 .* the checkpoint .* lfu of 250 slots")
        .contains("29 ");
    assertThat(run("checkpoint", "verify", checkpoints).out())
        .isEqualTo("step-000000000025: whole\nstep-000000000029: whole\n");

    Path out = folder.resolve("npy");
    assertThat(run("export", checkpoints, out.toString()).status()).isZero();
    assertThat(out.resolve("rows/C2.weight.npy"))
        .hasSameBinaryContentAs(folder.resolve("run/model/rows/C2.weight.npy"));
    Path parquet = folder.resolve("parquet");
    assertThat(run("export", checkpoints, parquet.toString(), "--format", "parquet").status())
        .isZero();
    assertThat(parquet.resolve("rows/C2.parquet")).isNotEmptyFile();

    Path onnx = folder.resolve("onnx");
    assertThat(run("export", checkpoints, onnx.toString(), "--format", "onnx").status()).isZero();
    assertThat(onnx.resolve("model.onnx")).isNotEmptyFile();
    assertThat(onnx.resolve("rows/C2.weight.npy")).isNotEmptyFile();
  }

  @Test
  void verifyTellsWhatIsDamagedAndResumingGoesAStepFurtherBack() throws IOException {
    assertThat(train("run", false, "checkpoint.every=5 steps", "train.max-steps=12").status())
        .isZero();
    Path last = folder.resolve("run/checkpoints/step-000000000012");
    byte[] bytes = Files.readAllBytes(last.resolve("dense.bin"));
    bytes[40] ^= 1;
    Files.write(last.resolve("dense.bin"), bytes);
    var verified = run("checkpoint", "verify", last.getParent().toString());
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.out())
        .isEqualTo(
            "step-000000000010: whole\nstep-000000000012: %s: is damaged: its SHA-256 is wrong\n"
                .formatted(last.resolve("dense.bin")));
    var resumed = train("run", true, "checkpoint.every=5 steps");
    assertThat(resumed.err())
        .isEqualTo(
            "farsight: warning: checkpoint of step 12 cannot be used: %s: is damaged: its SHA-256 is wrong\n"
                    .formatted(last.resolve("dense.bin"))
                + "farsight: warning: %s was renamed to step-000000000012.damaged\n"
                    .formatted(last));
    assertThat(resumed.status()).isZero();
  }

  @Test
  void wrongUseIsToldAndChangesNothing() throws IOException {
    var nothing = train("run", true, "checkpoint.every=5 steps");
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains("/run/checkpoints: there is no checkpoint to resume from");
    assertThat(run("train", folder.resolve("empty.conf").toString(), "--resume").err())
        .isEqualTo(
            "farsight: farsight.run.directory is not set: name the run to continue, such as farsight train --resume runs/20260131-120000-train\n");
    assertThat(train("run", false, "checkpoint.every=often").err())
        .contains("is neither a number of steps nor a time; write it with a unit");
    assertThat(run("checkpoint", "info", folder.toString()).err())
        .isEqualTo(
            "farsight: "
                + folder
                + ": contains no checkpoint; name a directory such as RUN/checkpoints\n");
    assertThat(
            run("export", folder.toString(), folder.resolve("x").toString(), "--format", "csv")
                .err())
        .isEqualTo("farsight: --format: csv is none of npy, onnx, parquet\n");
  }

  /** What a supervisor runs, however often it has to restart the job. */
  @Test
  void resumeAutoBeginsAndThenGoesOn() throws IOException {
    assertThat(train("whole", false).status()).isZero();
    String[] sets = {"checkpoint.every=5 steps", "train.max-steps=12"};
    var first = trainWith("--resume=auto", "run", sets);
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(report("run").getLong("throughput.steps")).isEqualTo(12);
    var second = trainWith("--resume=auto", "run", "checkpoint.every=5 steps");
    assertThat(second.status()).as(second.err()).isZero();
    assertThat(report("run").getString("loss_sha256"))
        .isEqualTo(report("whole").getString("loss_sha256"));
    var wrong = trainWith("--resume=maybe", "run", sets);
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("--resume=maybe: the only value is auto");
  }

  /** The configuration is that of the checkpoint; settings given now go over it. */
  @Test
  void theRunsDirectoryIsEnoughToResume() throws IOException {
    assertThat(train("whole", false).status()).isZero();
    assertThat(train("run", false, "checkpoint.every=5 steps", "train.max-steps=7").status())
        .isZero();
    String run = folder.resolve("run").toString();
    var named = run("train", "--resume", run, "--set", "train.max-steps=12");
    assertThat(named.status()).as(named.err()).isZero();
    assertThat(report("run").getInt("throughput.steps")).isEqualTo(12);
    Path moved = Files.move(folder.resolve("run"), folder.resolve("moved"));
    var set =
        run(
            "train",
            "--resume=auto",
            "--set",
            "run.directory=" + moved,
            "--set",
            "train.max-steps=0");
    assertThat(set.status()).as(set.err()).isZero();
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(report("moved").getString(digest)).isEqualTo(report("whole").getString(digest));
    }
    assertThat(report("moved").getString("config.cache.size")).isEqualTo("250 rows");
    var refused = run("train", "--resume", moved.toString(), "--set", "model.embedding-dim=8");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("model.embedding-dim was 4, is 8").hasLineCount(1);
    assertThat(run("train", "--resume", folder.toString()).err())
        .isEqualTo(
            "farsight: %s: there is no checkpoint to resume from; name the directory of the run, or begin with a configuration file\n"
                .formatted(folder));
  }

  @Test
  void commandsTakeTheDirectoryOfARun() throws IOException {
    assertThat(train("run", false, "checkpoint.every=10 steps").status()).isZero();
    String run = folder.resolve("run").toString();
    assertThat(run("checkpoint", "info", run).out())
        .isEqualTo(run("checkpoint", "info", run + "/checkpoints").out())
        .startsWith("STEP  WHOLE EPOCHS");
    assertThat(run("checkpoint", "verify", run).status()).isZero();
    String model = folder.resolve("model-export").toString();
    String checkpoint = folder.resolve("checkpoint-export").toString();
    assertThat(run("export", run, model).status()).isZero();
    Files.move(folder.resolve("run/model"), folder.resolve("gone"));
    assertThat(run("export", run, checkpoint).status()).isZero();
    for (String file : List.of("model-export", "checkpoint-export")) {
      assertThat(folder.resolve(file).resolve("model.json")).exists();
    }
    var none = run("eval", run, "rows.txt");
    assertThat(none.err())
        .contains("the run has left no model", "--resume " + run, "export " + run);
  }

  @Test
  void aRunThatHadEndedSaysSo() throws IOException {
    assertThat(train("run", false, "checkpoint.every=10 steps").status()).isZero();
    String steps = Long.toString(report("run").getLong("throughput.steps"));
    var again = run("train", "--resume", folder.resolve("run").toString());
    assertThat(again.out())
        .contains("nothing was left to train: the run had ended at step " + steps + ";")
        .doesNotContain("trained ");
  }

  /** A run that began with a model goes on without it. */
  @Test
  void theModelThatARunBeganWithIsNoLongerNeeded() throws IOException {
    assertThat(train("first", false).status()).isZero();
    String load = "model.load=" + folder.resolve("first/model");
    assertThat(train("whole", false, load).status()).isZero();
    assertThat(train("run", false, load, "checkpoint.every=5 steps", "train.max-steps=7").status())
        .isZero();
    Files.move(folder.resolve("first"), folder.resolve("gone"));
    var resumed =
        run("train", "--resume", folder.resolve("run").toString(), "--set", "train.max-steps=0");
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(report("run").getString("weights_sha256"))
        .isEqualTo(report("whole").getString("weights_sha256"));
  }

  /** The option comes before the file, which is not its value. */
  private Result trainWith(String resume, String directory, String... sets) throws IOException {
    var args = new ArrayList<>(List.of("train", resume, folder.resolve("empty.conf").toString()));
    Files.writeString(folder.resolve("empty.conf"), "");
    var all = new ArrayList<>(TINY);
    all.add("run.directory=" + folder.resolve(directory));
    all.addAll(List.of(sets));
    all.forEach(set -> args.addAll(List.of("--set", set)));
    return run(args.toArray(String[]::new));
  }

  @Test
  void resumeBeforeTheFileStillMeansTheFile() throws IOException {
    var result = trainWith("--resume", "none", "checkpoint.every=5 steps");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("there is no checkpoint to resume from");
  }

  @Test
  void verifiesARun() throws IOException {
    assertThat(train("run", false, "checkpoint.every=10 steps", "checkpoint.keep=9").status())
        .isZero();
    String run = folder.resolve("run").toString();
    var result = run("verify", run, "--from", "10", "--steps", "15");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "steps 11 to 25 are equal to the bit: every loss, and every row that they changed (")
        .contains(" rows, compared at 1 checkpoint)");
    var refused = run("verify", run, "--set", "optimizer.learning-rate=0.7");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("optimizer.learning-rate was");
    assertThat(run("verify", folder.resolve("no").toString()).err())
        .contains("contains no checkpoint");
  }

  @Test
  void aRunInADirectoryInUseTouchesNoFileOfIt() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("run"));
    Path log = Files.writeString(directory.resolve("run.log"), "the first run's log\n");
    try (ProcessLock lock =
        ProcessLock.exclusive(directory.resolve("lock"), FarsightException::new)) {
      var result = train("run", false);
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).contains("another run (process ").contains("run.directory");
      assertThat(lock).isNotNull();
    }
    assertThat(log).hasContent("the first run's log\n");
  }
}
