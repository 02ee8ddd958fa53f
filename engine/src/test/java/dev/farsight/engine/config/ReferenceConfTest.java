package dev.farsight.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Defaults of keys that scripts and documents rely on. */
class ReferenceConfTest {

  @Test
  void documentedKeysHaveTheDocumentedDefaults() {
    var c = FarsightConfig.defaults().resolve(List.of(ReferenceConfTest.class.getClassLoader()));
    assertThat(c.getString("data.source")).isEqualTo("synthetic");
    assertThat(c.getInt("data.batch-size")).isEqualTo(2048);
    assertThat(c.getDouble("data.eval-fraction")).isEqualTo(0.142857);
    assertThat(c.getString("model.type")).isEqualTo("dlrm");
    assertThat(c.getString("cache.policy")).isEqualTo("lfu");
    assertThat(c.getIsNull("cache.size")).isTrue();
    assertThat(c.getInt("lookahead.batches")).isEqualTo(8);
    assertThat(c.getInt("lookahead.planned")).isEqualTo(4);
    assertThat(c.getString("storage.backend")).isEqualTo("offheap");
    assertThat(c.getString("compute.backend")).isEqualTo("nd4j-native");
    assertThat(c.getString("optimizer.type")).isEqualTo("sgd");
    assertThat(c.getDouble("optimizer.learning-rate")).isEqualTo(0.1);
    assertThat(c.getInt("train.epochs")).isEqualTo(1);
    assertThat(c.getInt("train.seed")).isEqualTo(1);
    assertThat(c.getInt("train.max-steps")).isEqualTo(0);
    assertThat(c.getConfig("cache.tables").isEmpty()).isTrue();
    assertThat(c.hasPath("run.directory")).isFalse();
    assertThat(c.hasPathOrNull("run.directory")).isTrue();
  }
}
