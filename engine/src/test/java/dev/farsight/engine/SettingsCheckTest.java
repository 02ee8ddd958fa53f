package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong settings are told before data is opened, which may take minutes. */
class SettingsCheckTest {

  @TempDir Path folder;

  private boolean opened;

  /** The synthetic source, which notes that it is opened. */
  private final class Watched implements DataSourceFactory {

    private final DataSourceFactory synthetic = TestRun.builtIn().sources().get("synthetic");

    @Override
    public String name() {
      return "synthetic";
    }

    @Override
    public void check(DataContext context) {
      synthetic.check(context);
    }

    @Override
    public DataSource open(DataContext context) {
      opened = true;
      return synthetic.open(context);
    }
  }

  private Components watched() {
    return TestRun.withSynthetic(TestRun.builtIn(), new Watched());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache.lfu.half-life=-3 | farsight.cache.lfu.half-life: -3 is neither auto nor a number from 0.01 to 1000000
          cache.lfu.ghosts=65 | farsight.cache.lfu.ghosts: 65 is not a number from 0 to 64
          cache.policy=lookahead;cache.lookahead.half-life=x | farsight.cache.lookahead.half-life: 'x' is neither
          cache.policy=lrru | farsight.cache.policy: 'lrru' is not a known cache policy; did you mean lru?
          cache.size=many | farsight.cache.size: 'many' is not a cache size; write "1%"
          cache.size=4096 | farsight.cache.size: 4096 has no unit; write "4096 rows" or "4096 MiB"
          cache.size=101% | farsight.cache.size: '101%' is not a share from 0 to 1
          cache.tables.C4.size=x | farsight.cache.tables.C4.size: 'x' is not a cache size
          cache.warm-up=150% | farsight.cache.warm-up: '150%' is not a share from 0 to 1
          cache.statistics.every=0 | farsight.cache.statistics.every: 0 is not a whole number from 1
          rings.in=4096 | farsight.rings.in: 4096 has no unit; write "4096 MiB", or "4096 B" for bytes
          storage.offheap.populate=eager | farsight.storage.offheap.populate: 'eager' is none of lazy, parallel
          storage.offheap.memory-limit=64 | farsight.storage.offheap.memory-limit: 64 has no unit
          storage.backend=ssd;storage.ssd.maps=65 | farsight.storage.ssd.maps: 65 is not a whole number from 1 to 64
          storage.backend=ssd;storage.ssd.expected-rows=0 | farsight.storage.ssd.expected-rows: 0 is not
          storage.backend=ssd;storage.ssd.ram-cache=5% ;storage.ssd.ram-policy=lrru | farsight.storage.ssd.ram-policy: 'lrru' is not a known cache policy
          storage.backend=ssd;storage.ssd.ram-cache=5%;cache.lfu.ghosts=-1 | farsight.cache.lfu.ghosts: -1 is not
          storage.backend=ssd;storage.ssd.ram-cache=5%;storage.ssd.ram-threads=0 | farsight.storage.ssd.ram-threads: 0 is not
          model.dlrm.top-mlp=[0] | farsight.model.dlrm.top-mlp: 0 is not a whole number from 1 to 65536
          model.dlrm.interaction=sum | farsight.model.dlrm.interaction: 'sum' is none of dot, cross
          model.type=dcn;model.dcn.dropout=120% | farsight.model.dcn.dropout: '120%' is not a share from 0 to 0.99
          model.type=dcn;model.dcn.structure=both | farsight.model.dcn.structure: 'both' is none of stacked, parallel
          model.type=deepfm;model.embedding-dim=1 | farsight.model.embedding-dim: 1 is too small
          model.type=wide-deep;model.wide-deep.deep-mlp=[x] | farsight.model.wide-deep.deep-mlp: 'x' is not
          model.embedding-dim=0 | farsight.model.embedding-dim: 0 is not a whole number from 1 to 4096
          model.row-precision=fp8 | farsight.model.row-precision: 'fp8' is none of
          model.init.type=zero | farsight.model.init.type: 'zero' is none of uniform, normal
          model.init.deviation=1 | farsight.model.init.deviation: 1 is used by init.type = normal only
          model.tables.C2.init.type=zero | farsight.model.tables.C2.init.type: 'zero' is none of
          model.max-norm=-1 | farsight.model.max-norm: -1 is not a number
          data.eval-fraction=1.5 | farsight.data.eval-fraction: 1.5 is not a share from 0 to 1
          data.synthetic.missing=-0.1 | farsight.data.synthetic.missing: -0.1 is not a share from 0 to 1
          data.synthetic.pooling=min | farsight.data.synthetic.pooling: 'min' is none of
          data.path=rows.txt | farsight.data.path: 'rows.txt' would be ignored
          data.shuffle=blocks | farsight.data.shuffle: 'blocks' is neither none nor full nor 1 to
          data.splits=-1 | farsight.data.splits: -1 is not a whole number from 0 to 65536
          data.splits=7;data.batch-size=64 | farsight.data.splits: 7 does not divide data.batch-size = 64
          data.splits=8;data.batch-size=64;data.shuffle=full | farsight.data.splits: 8 cannot be used with data.shuffle = full
          data.splits=8;data.batch-size=64;data.on-bad-row=skip | farsight.data.splits: 8 cannot be used with data.on-bad-row = skip
          optimizer.learning-rate=-1 | farsight.optimizer.learning-rate: -1 is not a number
          optimizer.decay.at-step=[5, 3];optimizer.decay.factor=[0.1, 0.1] | farsight.optimizer.decay.at-step
          train.early-stopping.patience=2 | farsight.train.early-stopping.patience needs farsight.train.eval-every
          checkpoint.every=10 | farsight.checkpoint.every: 10 is neither a number of steps nor a time; write it with a unit: steps, s, min or h
          checkpoint.keep=0 | farsight.checkpoint.keep: 0 is not a whole number from 1 to 1000
          """)
  void aWrongSettingIsToldBeforeDataIsOpened(String sets, String message) {
    var run = new TestRun(folder).set(sets.split(" *; *")).components(watched());
    assertThatThrownBy(run::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> Preview.of(run.config(), watched()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
    assertThat(opened).as("data opened").isFalse();
  }

  @Test
  void whatIsNotChosenIsNotLookedAt() {
    new TestRun(folder)
        .set("cache.size=5%", "cache.policy=lru", "cache.lfu.half-life=-3", "storage.ssd.maps=65")
        .components(watched())
        .train();
    assertThat(opened).isTrue();
  }

  @Test
  void aBackendThatCannotRunHereIsToldBeforeDataIsOpened() {
    var noDriver = new KeptDevice(KeptDevice.Kind.CPU).unavailable("no driver; install it");
    var run = new TestRun(folder).components(noDriver.in(watched()));
    assertThatThrownBy(run::train)
        .isInstanceOf(FarsightException.class)
        .hasMessage("compute.backend = %s: no driver; install it", noDriver.name());
    assertThat(opened).as("data opened").isFalse();
  }

  @Test
  void anEvaluationWithoutAModelIsToldBeforeDataIsOpened() {
    var run = new TestRun(folder);
    Path directory = folder.resolve("evaluation");
    assertThatThrownBy(
            () -> Trainer.openToEvaluate(run.config(), watched(), directory, RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("farsight.model.load is not set");
    assertThat(opened).as("data opened").isFalse();
    assertThat(directory).doesNotExist();
  }
}
