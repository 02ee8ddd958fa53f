package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on samples that are shuffled in blocks. */
class ShuffledRunTest {

  @TempDir Path folder;

  private final Components components = BagData.in(TestRun.builtIn());

  private TestRun run(String... sets) {
    return onData("bags", sets);
  }

  private TestRun onData(String data, String... sets) {
    boolean bags = data.equals("bags");
    return new TestRun(folder)
        .components(bags ? components : TestRun.builtIn())
        .set(bags ? BagData.SETTINGS.toArray(String[]::new) : new String[0])
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "train.epochs=2")
        .set("data.shuffle=1000 samples", "train.eval-every=100")
        .set(sets);
  }

  private static void assertSame(Config one, Config other, String... results) {
    for (String result : results) {
      assertThat(one.getValue(result)).as(result).isEqualTo(other.getValue(result));
    }
  }

  @Test
  void theOrderMattersAndNothingElseDoes() {
    Config shuffled = run().train().json();
    Config other =
        run("cache.size=all", "compute.threads=3", "lookahead.threads=5", "lookahead.batches=3")
            .train()
            .json();
    assertSame(shuffled, other, "loss_sha256", "weights_sha256", "quality", "data");
    Config inOrder = run("data.shuffle=none").train().json();
    assertThat(inOrder.getString("loss_sha256")).isNotEqualTo(shuffled.getString("loss_sha256"));
    assertSame(shuffled, inOrder, "data");
    Config larger = run("data.shuffle=\"1001 samples\"").train().json();
    assertThat(larger.getString("loss_sha256")).isNotEqualTo(shuffled.getString("loss_sha256"));
  }

  /** Blocks are no multiple of the batch of 37: most stops are in the middle of a block. */
  @ParameterizedTest
  @CsvSource({"offheap, bags", "ssd, bags", "offheap, synthetic", "ssd, synthetic"})
  void aRunStoppedInTheMiddleOfABlockIsTheWholeRun(String store, String data) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    String[] sets = {
      "storage.backend=" + store,
      "storage.ssd.path=" + folder.resolve("rows"),
      "checkpoint.every=50 steps",
      "checkpoint.keep=20",
      "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    Config whole = onData(data).train().json();
    int stop = 60 + random.nextInt(100);
    onData(data, sets).set("train.max-steps=" + stop).train();
    onData(data, sets)
        .set("train.max-steps=" + (stop + 1 + random.nextInt(250)), "lookahead.batches=3")
        .resume();
    Config resumed = onData(data, sets).resume().json();
    assertThat(resumed.getString("loss_sha256"))
        .as("seed %d", seed)
        .isEqualTo(whole.getString("loss_sha256"));
    assertSame(resumed, whole, "weights_sha256", "quality", "data");
    var verification =
        new Verification(
            data.equals("bags") ? components : TestRun.builtIn(),
            List.of(getClass().getClassLoader()),
            RunListener.NONE);
    assertThat(
            verification
                .verify(
                    folder.resolve("checkpoints"),
                    OptionalLong.of(50),
                    OptionalLong.empty(),
                    List.of("cache.policy=lru"))
                .equal())
        .isTrue();
  }

  @Test
  void theOrderBelongsToTheRun() {
    String[] sets = {
      "checkpoint.every=50 steps", "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    run(sets).set("train.max-steps=60").train();
    assertThatThrownBy(run(sets).set("data.shuffle=none")::resume)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.shuffle was \"1000 samples\", is \"none\"");
  }

  @Test
  void aMalformedRowIsReportedByThePlaceItHas() throws Exception {
    var text = new StringBuilder("label,price,user\n");
    for (int row = 0; row < 3000; row++) {
      text.append(row % 2).append(",7,").append(row == 1500 ? "x" : row % 50).append('\n');
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), text);
    TestRun run =
        new TestRun(folder)
            .set(
                "data.source=csv",
                "data.path=" + file,
                "data.csv.dense=[price]",
                "data.csv.categorical=[{ column = user, rows = 50, kind = integer }]",
                "data.shuffle=400 samples",
                "cache.size=all");
    assertThatThrownBy(run::train)
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("rows.csv:1502: column user: 'x' is not a whole number");
    Config skipping = run.set("data.on-bad-row=skip").train().json();
    assertThat(skipping.getLong("data.bad_rows")).isEqualTo(1);
    Config inOrder = run.set("data.shuffle=none").train().json();
    assertSame(skipping, inOrder, "data");
  }

  @Test
  void theForecastCountsTheBlocks() {
    long none = forecast("none");
    long blocks = forecast("2000 samples");
    long all = forecast("900000000 samples");
    assertThat(blocks).isGreaterThan(none);
    assertThat(all).isGreaterThan(blocks).isLessThan(none + (64 << 20));
  }

  private long forecast(String shuffle) {
    var config = run("data.shuffle=" + shuffle).config();
    return Preview.of(config, components).memory().bytes(Tier.HEAP);
  }
}
