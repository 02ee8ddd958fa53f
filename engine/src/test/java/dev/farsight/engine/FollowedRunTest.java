package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.engine.checkpoint.FullLoadException;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.checkpoint.VersionGoneException;
import dev.farsight.engine.event.CheckpointCompleted;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bases and deltas, compared row by row with exports of the checkpoints of another run: one of the
 * same steps that has its rows in memory and writes no deltas.
 */
class FollowedRunTest {

  private static final int KILLS = Math.max(2, Integer.getInteger("farsight.kills", 10) / 4);
  private static final int LAST_STEP = 90;
  private static final int SAMPLES = 30 * 37;

  @TempDir Path folder;

  private final Components builtIn = TestRun.builtIn();

  /** Exported rows of the reference run, by step and table. */
  private final Map<Long, List<Map<Integer, float[]>>> exports = new HashMap<>();

  /** Three epochs of 30 steps. */
  private TestRun run() {
    return new TestRun(folder)
        .set(
            "data.synthetic.cardinalities=[3, 50, 400, 900]",
            "data.synthetic.rows=" + SAMPLES,
            "data.eval-fraction=0",
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "train.epochs=3");
  }

  private TestRun run(String store, String name) {
    Path rows = folder.resolve("rows-" + name);
    TestRun run =
        run().set("checkpoint.deltas=true", "checkpoint.directory=" + folder.resolve(name));
    if (store.startsWith("ssd")) {
      run.set("storage.backend=ssd", "storage.ssd.maps=2", "storage.ssd.path=" + rows);
    }
    if (store.endsWith("below memory")) {
      run.set("storage.ssd.ram-cache=\"20%\"");
    }
    return run.components(store.equals("file") ? new FileStores(rows).in(builtIn) : builtIn);
  }

  private Path reference() {
    return folder.resolve("reference");
  }

  private void trainReference(int every, String... sets) {
    run()
        .set(sets)
        .set("checkpoint.every=" + every + " steps", "checkpoint.keep=1000")
        .set("checkpoint.directory=" + reference())
        .train();
  }

  private Path referenceCheckpoint(long step) {
    return reference().resolve("step-%012d".formatted(step));
  }

  private synchronized List<Map<Integer, float[]>> exported(long step, InitialRows initial) {
    return exports.computeIfAbsent(
        step,
        s -> {
          Path target = folder.resolve("export-" + s);
          new Export(new TestRun(folder).config(), builtIn)
              .write(referenceCheckpoint(s), Optional.empty(), target, new NpyFormat());
          List<Map<Integer, float[]>> rows = new ArrayList<>();
          for (int t = 0; t < initial.tables().size(); t++) {
            rows.add(rows(target, initial.tables().get(t).name(), initial.format().dim()));
          }
          return rows;
        });
  }

  private static Map<Integer, float[]> rows(Path export, String table, int dim) {
    ByteBuffer index = content(export.resolve("rows/" + table + ".index.npy"));
    ByteBuffer weight = content(export.resolve("rows/" + table + ".weight.npy"));
    Map<Integer, float[]> rows = new TreeMap<>();
    while (index.hasRemaining()) {
      var values = new float[dim];
      for (int d = 0; d < dim; d++) {
        values[d] = weight.getFloat();
      }
      rows.put(index.getInt(), values);
    }
    return rows;
  }

  private static ByteBuffer content(Path npy) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(npy)).order(ByteOrder.LITTLE_ENDIAN);
      return bytes.position(10 + bytes.getShort(8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void requireEqual(RunVersion version, List<Map<Integer, float[]>> rows, String what) {
    CheckpointReader checkpoint = CheckpointReader.list(referenceCheckpoint(version.step())).get(0);
    InitialRows initial = checkpoint.info().initial();
    assertThat(version.initial().seed()).isEqualTo(initial.seed());
    assertThat(version.initial().generation()).as(what).isEqualTo(initial.generation());
    assertThat(version.dense().values()).as(what).isDeepEqualTo(checkpoint.dense().values());
    List<Map<Integer, float[]>> expected = exported(version.step(), initial);
    TableSet tables = initial.tables();
    for (int t = 0; t < tables.size(); t++) {
      for (int i = 0; i < tables.get(t).rows(); i++) {
        float[] row = Follower.row(version.initial(), rows, t, i);
        if (!Arrays.equals(row, Follower.row(initial, expected, t, i))) {
          throw new AssertionError(
              "row %d of table %d at step %d, %s".formatted(i, t, version.step(), what));
        }
      }
    }
  }

  /** The follower polls after the first checkpoints and some later ones, while the run goes on. */
  @ParameterizedTest
  @CsvSource({"memory, each-epoch", "ssd below memory, never"})
  void aFollowerHasTheRowsOfEachVersion(String store, String reset) {
    aFollowerHasTheRows(store, reset);
  }

  @Tag("nightly")
  @ParameterizedTest
  @CsvSource({
    "memory, never",
    "file, each-epoch",
    "file, never",
    "ssd, each-epoch",
    "ssd, never",
    "ssd below memory, each-epoch",
  })
  void aFollowerHasTheRowsOfEachVersionOfTheOthers(String store, String reset) {
    aFollowerHasTheRows(store, reset);
  }

  private void aFollowerHasTheRows(String store, String reset) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    String what = store + ", reset-rows " + reset + ", seed " + seed;
    String precision =
        "model.row-precision="
            + (random.nextBoolean() ? "fp32" : random.nextBoolean() ? "bf16" : "fp16");
    String[] sets = {"train.reset-rows=" + reset, precision};
    int every = 3 + random.nextInt(6);
    int keep = 1 + random.nextInt(3);
    trainReference(every, sets);
    var follower = new Follower(folder.resolve("run"));
    var polling =
        new RunListener() {
          @Override
          public void checkpointCompleted(CheckpointCompleted checkpoint) {
            if ((follower.advances == 0 || random.nextInt(3) > 0) && follower.poll()) {
              requireEqual(follower.have(), follower.rows(), what);
            }
          }
        };
    TestRun run =
        run(store, "run")
            .set(sets)
            .set("checkpoint.every=" + every + " steps", "checkpoint.keep=" + keep);
    try (Trainer trainer = run.open(polling)) {
      trainer.train();
    }
    follower.poll();
    assertThat(follower.have().step()).isEqualTo(LAST_STEP);
    var followed = new FollowedRun(folder.resolve("run"));
    for (long step : followed.steps()) {
      RunVersion version = followed.version(step);
      requireEqual(version, Follower.load(version), "in full, " + what);
    }
    assertThat(follower.gone).as(what).isZero();
    assertThat(follower.advances).as(what).isPositive();
    CheckpointReader.list(folder.resolve("run")).forEach(CheckpointReader::verify);
  }

  /** The run is a process that is killed and resumed, with one checkpoint kept. */
  @Test
  void aRunThatIsKilledAndResumedIsFollowed() throws Exception {
    aKilledRunIsFollowed("ssd");
  }

  @Tag("nightly")
  @Test
  void aRunInMemoryThatIsKilledAndResumedIsFollowed() throws Exception {
    aKilledRunIsFollowed("memory");
  }

  private void aKilledRunIsFollowed(String store) throws Exception {
    trainReference(3, "train.reset-rows=each-epoch");
    List<String> sets = new ArrayList<>();
    run()
        .set("train.reset-rows=each-epoch", "checkpoint.deltas=true")
        .set("checkpoint.every=3 steps", "checkpoint.keep=1")
        .addTo(sets);
    long seed = System.nanoTime();
    var random = new Random(seed);
    int versions = 0;
    for (int kills = 0, round = 0; kills < KILLS; round++) {
      var child = new ChildRun(Files.createDirectory(folder.resolve("child" + round)), store, sets);
      var follower = new Follower(child.folder().resolve("run/checkpoints"));
      boolean over = false;
      while (!over) {
        if (!child.hasCheckpoint()) {
          child.deleteRows();
        }
        Process process = child.start(child.hasCheckpoint(), 0);
        long killAt = System.nanoTime() + random.nextInt(1500) * 1_000_000L;
        while (process.isAlive() && (kills >= KILLS || System.nanoTime() < killAt)) {
          versions += pollAndCompare(follower, seed) ? 1 : 0;
          Thread.sleep(1); // the run wants the core
        }
        if (process.isAlive()) {
          process.destroyForcibly();
          kills++;
        }
        assertThat(ChildRun.status(process)).as(child.output()).isIn(0, 137);
        over = Files.exists(child.folder().resolve("run/report.json"));
      }
      pollAndCompare(follower, seed);
      assertThat(follower.have().step()).isEqualTo(LAST_STEP);
    }
    assertThat(versions).as("seed %d", seed).isPositive();
  }

  private boolean pollAndCompare(Follower follower, long seed) {
    boolean another = follower.poll();
    if (another) {
      requireEqual(follower.have(), follower.rows(), "seed " + seed);
    }
    return another;
  }

  /** Later checkpoints are lost; the resumed run has others. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "ssd"})
  void aForkIsNoticed(String store) throws IOException {
    trainReference(5);
    TestRun run = run(store, "run").set("checkpoint.keep=10");
    run.set("checkpoint.every=10 steps", "train.max-steps=40").train();
    var followed = new FollowedRun(folder.resolve("run"));
    RunVersion first = followed.version(20);
    RunVersion same = followed.version(30);
    RunVersion lost = followed.version(40);
    assertThat(lost.obstacle(first)).isEmpty();
    DurableFiles.delete(folder.resolve("run/step-%012d".formatted(40)));
    DurableFiles.delete(folder.resolve("run/step-%012d".formatted(30)));
    run.set("checkpoint.every=15 steps", "train.max-steps=45").resume();
    assertThat(followed.steps()).containsExactly(0L, 10L, 20L, 30L, 45L);
    RunVersion now = followed.newest().orElseThrow();
    assertThat(now.obstacle(lost)).get().asString().contains("resumed from a checkpoint before");
    assertThatThrownBy(() -> now.advance(lost, (table, index, weights) -> {}))
        .isInstanceOf(FullLoadException.class)
        .hasMessageContaining("load this version in full");
    assertThat(followed.version(30).obstacle(lost))
        .get()
        .asString()
        .contains("resumed from a checkpoint before step 40");
    // The steps were repeated to the same bits, so that is the same state.
    assertThat(now.obstacle(same)).isEmpty();
    assertThat(now.obstacle(first)).isEmpty();
    List<Map<Integer, float[]>> rows = Follower.load(first);
    now.check(first);
    now.advance(first, (table, index, weights) -> rows.get(table).put(index, weights.clone()));
    requireEqual(now, rows, store);
  }

  @Test
  void versionsOfOtherRunsAndGenerationsAndTooOldOnesAreLoadedInFull() {
    run("memory", "other").set("checkpoint.every=10 steps", "train.max-steps=20").train();
    run("memory", "run")
        .set("checkpoint.every=10 steps", "checkpoint.keep=100", "train.reset-rows=each-epoch")
        .train();
    var run = new FollowedRun(folder.resolve("run"));
    RunVersion newest = run.newest().orElseThrow();
    RunVersion other = new FollowedRun(folder.resolve("other")).newest().orElseThrow();
    assertThat(newest.obstacle(other)).get().asString().contains("is of another run");
    assertThat(newest.obstacle(run.version(60))).get().asString().contains("drawn anew");
    assertThat(newest.obstacle(run.version(70))).isEmpty();
    TestRun few = run("memory", "few").set("checkpoint.keep=2", "checkpoint.every=10 steps");
    few.set("train.max-steps=20").train();
    var fewVersions = new FollowedRun(folder.resolve("few"));
    RunVersion old = fewVersions.newest().orElseThrow();
    few.set("train.max-steps=400", "train.epochs=20").resume();
    RunVersion last = fewVersions.newest().orElseThrow();
    assertThat(last.obstacle(old)).get().asString().contains("no deltas from step 20");
    assertThatThrownBy(() -> Follower.load(old)).isInstanceOf(VersionGoneException.class);
    assertThatThrownBy(() -> fewVersions.version(20)).isInstanceOf(VersionGoneException.class);
  }

  @Test
  void aRunWithoutDeltasIsRefusedAndMayWriteThemLater() {
    trainReference(10);
    TestRun run = run("memory", "run").set("checkpoint.every=20 steps", "checkpoint.keep=3");
    var followed = new FollowedRun(folder.resolve("run"));
    assertThat(followed.newest()).isEmpty();
    run.set("checkpoint.deltas=false", "train.max-steps=50").train();
    assertThatThrownBy(followed::newest)
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("checkpoint.deltas = true");
    run.set("checkpoint.deltas=true", "train.max-steps=90").resume();
    RunVersion from = followed.version(60);
    RunVersion to = followed.version(90);
    assertThat(to.obstacle(from)).isEmpty();
    requireEqual(to, Follower.load(to), "turned on later");
    run.set("checkpoint.deltas=false", "train.max-steps=180", "train.epochs=9").resume();
    assertThat(folder.resolve("run/deltas")).isEmptyDirectory();
    assertThat(folder.resolve("run/base")).isEmptyDirectory();
  }

  /** Any byte of a file after its header. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "deltas"})
  void damageIsFound(String kind) throws IOException {
    trainReference(10);
    run("ssd", "run")
        .set("checkpoint.every=20 steps", "checkpoint.keep=2", "train.max-steps=60")
        .train();
    var followed = new FollowedRun(folder.resolve("run"));
    RunVersion from = followed.version(40);
    RunVersion to = followed.newest().orElseThrow();
    Path damaged = last(folder.resolve("run").resolve(kind));
    byte[] whole = Files.readAllBytes(damaged);
    long seed = System.nanoTime();
    var random = new Random(seed);
    boolean base = kind.equals("base");
    for (int round = 0; round < 20; round++) {
      byte[] bytes = whole.clone();
      if (bytes.length > 128) {
        bytes[128 + random.nextInt(bytes.length - 128)] ^= (byte) (1 << random.nextInt(8));
      } else {
        bytes[random.nextInt(48)] ^= 1;
      }
      Files.write(damaged, bytes);
      requireDamage(from, to, base, damaged + ": ", "seed " + seed);
    }
    Files.write(damaged, Arrays.copyOf(whole, whole.length - 1));
    requireDamage(from, to, base, "is damaged", "cut");
    Files.delete(damaged);
    requireDamage(from, to, base, damaged + ": cannot be read", "missing");
    Files.write(damaged, whole);
    requireEqual(to, Follower.load(to), "mended");
    CheckpointReader.list(to(to)).get(0).verify();
  }

  private Path to(RunVersion version) {
    return folder.resolve("run/step-%012d".formatted(version.step()));
  }

  private void requireDamage(
      RunVersion from, RunVersion to, boolean base, String words, String what) {
    assertThatThrownBy(
            () -> {
              if (base) {
                Follower.load(to);
              } else {
                to.check(from);
              }
            })
        .as(what)
        .isInstanceOf(FarsightException.class)
        .isNotInstanceOf(VersionGoneException.class)
        .hasMessageContaining(words);
    assertThatThrownBy(() -> CheckpointReader.list(to(to)).get(0).verify())
        .as(what)
        .hasMessageContaining(words);
  }

  private static Path last(Path files) throws IOException {
    try (var all = Files.list(files)) {
      return all.sorted().reduce((a, b) -> b).orElseThrow();
    }
  }

  /** A file that was lost while the run was at rest begins a new chain. */
  @Test
  void aResumedRunMakesUpForALostFile() throws IOException {
    trainReference(10);
    TestRun run = run("ssd", "run").set("checkpoint.every=20 steps", "checkpoint.keep=2");
    run.set("train.max-steps=60").train();
    Files.delete(last(folder.resolve("run/deltas")));
    run.set("train.max-steps=90").resume();
    RunVersion newest = new FollowedRun(folder.resolve("run")).newest().orElseThrow();
    requireEqual(newest, Follower.load(newest), "after a loss");
  }

  /** A delta has the rows changed; a chain has at most twice the rows ever written. */
  @Tag("nightly")
  @ParameterizedTest
  @ValueSource(strings = {"memory", "ssd"})
  void whatIsWrittenFollowsWhatChanged(String store) throws IOException {
    run(store, "run")
        .set("checkpoint.every=5 steps", "checkpoint.keep=1000", "train.epochs=4")
        .train();
    var followed = new FollowedRun(folder.resolve("run"));
    RunVersion before = null;
    long changed = 0;
    for (CheckpointReader checkpoint : CheckpointReader.list(folder.resolve("run"))) {
      RunVersion version = followed.version(checkpoint.step());
      long written = Follower.load(version).stream().mapToLong(table -> table.size()).sum();
      assertThat(version.rows()).isLessThanOrEqualTo(2 * written);
      if (before != null) {
        assertThat(version.rowsChangedSince(before))
            .isEqualTo(checkpoint.digests().orElseThrow().rows());
        changed += checkpoint.digests().orElseThrow().rows();
      }
      before = version;
    }
    long rowBytes = Long.BYTES + 6 * Float.BYTES;
    long deltas = bytes("run/deltas");
    long bases = bytes("run/base");
    // 128 bytes of header a file, 8 a block; blocks may be small where training was faster.
    assertThat(deltas).isBetween(changed * rowBytes, changed * (rowBytes + 8) + 128L * 25);
    assertThat(bases).isBetween(1L, 2 * deltas);
    assertThat(followed.steps()).hasSize(25);
  }

  private long bytes(String name) throws IOException {
    long bytes = 0;
    try (var all = Files.list(folder.resolve(name))) {
      for (Path file : all.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** Going back to the best evaluation is no new version: the last one stays what it was. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "file", "ssd"})
  void goingBackToTheBestChangesNoVersion(String store) {
    String[] stopping = {
      "data.eval-fraction=0.1",
      "train.eval-every=20",
      "train.early-stopping.patience=2",
      "train.early-stopping.min-delta=1"
    };
    trainReference(20, stopping);
    Report report =
        run(store, "run")
            .set(stopping)
            .set("train.early-stopping.restore-best=true", "checkpoint.every=7 steps")
            .set("checkpoint.keep=1")
            .train();
    assertThat(report.json().getLong("restored_step")).isEqualTo(20);
    var followed = new FollowedRun(folder.resolve("run"));
    assertThat(followed.steps()).containsExactly(20L, 60L);
    for (long step : followed.steps()) {
      RunVersion version = followed.version(step);
      requireEqual(version, Follower.load(version), store);
    }
  }
}
