package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verdict;
import dev.farsight.engine.verify.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on bags, with evaluations, checkpoints and verification. */
class BagRunTest {

  @TempDir Path folder;
  private final Components components = BagData.in(TestRun.builtIn());

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(components)
        .set(BagData.SETTINGS.toArray(String[]::new))
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "train.eval-every=70")
        .set(sets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aResumedRunIsTheWholeRunAndVerifies(String store) {
    String[] checkpointed = {
      "storage.backend=" + store,
      "storage.ssd.path=" + folder.resolve("rows"),
      "checkpoint.every=50 steps",
      "checkpoint.keep=9",
      "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    Config whole = run().train().json();
    run(checkpointed).set("train.max-steps=120").train();
    Config resumed = run(checkpointed).resume().json();
    for (String result : List.of("loss_sha256", "weights_sha256", "quality", "data")) {
      assertThat(resumed.getValue(result)).as(result).isEqualTo(whole.getValue(result));
    }
    Verdict verdict =
        new Verification(components, List.of(getClass().getClassLoader()), RunListener.NONE)
            .verify(
                folder.resolve("checkpoints"),
                OptionalLong.of(50),
                OptionalLong.empty(),
                List.of("cache.policy=lru", "cache.size=20%"));
    assertThat(verdict.equal()).as("%s", verdict).isTrue();
    assertThat(verdict.rowsCompared()).isGreaterThan(1000);
  }

  @Test
  void lookupsAreCounted() {
    Config cache = run("cache.regions=3").train().json().getConfig("cache");
    assertThat(cache.getLong("lookups")).isEqualTo(trainingLookups());
    assertThat(cache.getLong("hits")).isBetween(1L, cache.getLong("lookups") - 1);
    for (String counter :
        List.of("lookups", "hits", "unique_rows", "unique_hits", "evicted_rows")) {
      long overTables =
          cache.getObject("tables").values().stream()
              .mapToLong(table -> ((ConfigObject) table).toConfig().getLong(counter))
              .sum();
      assertThat(overTables).as(counter).isEqualTo(cache.getLong(counter));
    }
  }

  private long trainingLookups() {
    long lookups = 0;
    try (var data = new BagData().open(TestRun.dataContext(run().config()));
        var pass = data.train(0)) {
      var batch = new Batch(data.schema(), 37, HostBuffers.plain());
      while (pass.next(batch)) {
        lookups += batch.lookups();
      }
    }
    return lookups;
  }

  @Test
  void aBatchOfTooManyLookupsNamesTheFeatureAndTheNumber() {
    TestRun run = run("data.max-lookups=60");
    assertThatThrownBy(run::train)
        .isInstanceOf(FarsightException.class)
        .hasMessageMatching(
            "feature sum: a batch has \\d+ lookups or more, and there is room for 60; set"
                + " farsight.data.max-lookups to at least that number, or make data.batch-size"
                + " smaller");
  }

  @Test
  void largestNormsThatDoNotFitAreRefused() {
    assertThatThrownBy(run("model.tables.mnay.max-norm=1")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("model.tables.mnay.max-norm", "did you mean many?");
    assertThatThrownBy(run("model.max-norm=0")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model.max-norm");
    assertThatThrownBy(run("optimizer.freeze-rows=true")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("optimizer.freeze-rows", "max-norm");
  }
}
