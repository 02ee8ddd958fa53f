package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.data.SeekingData;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on samples in one random order of all of them: {@code data.shuffle = full}. */
class FullyShuffledRunTest {

  @TempDir Path folder;

  private final List<SeekingData> opened = new ArrayList<>();
  private final Components components = SeekingSource.in(TestRun.builtIn(), opened::add);

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(components)
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "train.epochs=2")
        .set("data.shuffle=full", "train.eval-every=30")
        .set(sets);
  }

  private static void assertSame(Config one, Config other, String... results) {
    for (String result : results) {
      assertThat(one.getValue(result)).as(result).isEqualTo(other.getValue(result));
    }
  }

  private List<Long> rows(int batchSize, int epoch, String... sets) {
    var context = TestRun.dataContext(run(sets).set("data.batch-size=" + batchSize).config());
    var rows = new ArrayList<Long>();
    try (DataSource data = RunData.open(components.sources().get("synthetic"), context);
        BatchSource pass = data.train(epoch)) {
      var batch = new Batch(data.schema(), batchSize, HostBuffers.plain());
      while (pass.next(batch)) {
        for (int s = 0; s < batch.samples(); s++) {
          rows.add(batch.rowNumbers().get(s));
        }
      }
    }
    return rows;
  }

  @Test
  void everySampleComesOnceInAnOrderOfItsEpoch() {
    List<Long> all = LongStream.range(0, SeekingSource.TRAIN_SAMPLES).boxed().toList();
    List<Long> first = rows(37, 0);
    assertThat(first).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
    assertThat(rows(100, 0)).as("batches of another size").isEqualTo(first);
    assertThat(rows(37, 1)).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(first);
    assertThat(rows(37, 0, "train.seed=6")).isNotEqualTo(first);
    assertThat(rows(37, 0, "data.multi-hot=[2, 3, 1]")).as("with bags").isEqualTo(first);
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
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aRunStoppedInTheMiddleOfAnEpochIsTheWholeRun(String store) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    String[] sets = {
      "storage.backend=" + store,
      "storage.ssd.path=" + folder.resolve("rows"),
      "checkpoint.every=20 steps",
      "checkpoint.keep=20",
      "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    Config whole = run().train().json();
    int stop = 30 + random.nextInt(50);
    run(sets).set("train.max-steps=" + stop).train();
    int again = stop + 1 + random.nextInt(50);
    run(sets).set("train.max-steps=" + again, "lookahead.batches=3").resume();
    opened.clear();
    Config resumed = run(sets).resume().json();
    assertSame(resumed, whole, "loss_sha256", "weights_sha256", "quality", "data");
    assertThat(opened.get(0).made())
        .as("samples made after step %d, seed %d: those before are skipped", again, seed)
        .isLessThanOrEqualTo(2L * SeekingSource.TRAIN_SAMPLES - 37L * again + 300 * 7);
    assertThat(
            new Verification(components, List.of(getClass().getClassLoader()), RunListener.NONE)
                .verify(
                    folder.resolve("checkpoints"),
                    OptionalLong.of(20),
                    OptionalLong.empty(),
                    List.of("cache.policy=lru"))
                .equal())
        .isTrue();
  }

  @Test
  void aSourceThatCannotSeekIsRefused() {
    assertThatThrownBy(run().components(TestRun.builtIn())::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "farsight.data.shuffle: 'full' needs a source that can seek to any sample, which"
                + " data.source = synthetic cannot; use blocks, such as '500000 samples', or"
                + " prepare the data: farsight data prepare");
  }
}
