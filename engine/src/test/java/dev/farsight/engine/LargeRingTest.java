package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rings larger than a byte buffer. */
class LargeRingTest {

  private static final long TWO_GIB = 1L << 31;

  @TempDir Path folder;

  /** Rows of 4 KiB; enough of them come and go to fill a ring of 2 GiB and start over. */
  private TestRun wide() {
    return new TestRun(folder)
        .set(
            "data.batch-size=512",
            "data.synthetic.cardinalities=[300000, 300000, 300000, 300000]",
            "data.synthetic.zipf=0.5",
            "data.synthetic.rows=300000",
            "model.embedding-dim=1024",
            "storage.offheap.memory-limit=64 GiB",
            "report.hash-weights=false",
            "cache.size=\"4000 rows\"");
  }

  @Test
  @Tag("nightly")
  void aRingAboveTwoGibibytesMovesTheSameRows() {
    Config usual = wide().train().json();
    Config large = wide().set("rings.in=\"2200 MiB\"", "rings.out=\"2200 MiB\"").train().json();
    assertThat(large.getLong("cache.loaded_rows") * 4096).isGreaterThan(TWO_GIB + (200L << 20));
    assertThat(large.getLong("cache.evicted_rows") * 4096).isGreaterThan(TWO_GIB + (200L << 20));
    assertThat(large.getString("loss_sha256")).isEqualTo(usual.getString("loss_sha256"));
    assertThat(large.getConfig("quality")).isEqualTo(usual.getConfig("quality"));
  }

  @Test
  void aRingThatTheHostHasNoRoomForIsRefusedBeforeItIsTaken() {
    TestRun run = wide().set("rings.in=\"900 GiB\"");
    assertThatThrownBy(run::train)
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("GiB of host memory")
        .hasMessageContaining("farsight check");
  }

  @Test
  void aRingOfTooManyRowsIsRefused() {
    TestRun run = new TestRun(folder).set("rings.in=\"900 GiB\"", "cache.size=\"10%\"");
    assertThatThrownBy(run::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rings.in")
        .hasMessageContaining("at most 268435455 rows");
  }
}
