package dev.farsight.storage.offheap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HugePagesTest {

  private final Settings settings = TestSettings.of("huge-pages = on");

  @TempDir private Path root;

  private void host(String enabled) throws IOException {
    Path file = root.resolve("sys/kernel/mm/transparent_hugepage/enabled");
    Files.createDirectories(file.getParent());
    Files.writeString(file, enabled + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "always [madvise] never, madvise, true",
    "[always] madvise never, always, true",
    "always madvise [never], never, false",
    "nonsense, absent, false"
  })
  void followTheHost(String enabled, String mode, boolean offered) throws IOException {
    host(enabled);
    assertThat(HugePages.mode(root)).isEqualTo(mode);
    assertThat(HugePages.AUTO.decide(settings, root)).isEqualTo(offered);
    assertThat(HugePages.OFF.decide(settings, root)).isFalse();
    if (offered) {
      assertThat(HugePages.ON.decide(settings, root)).isTrue();
    } else {
      assertThatThrownBy(() -> HugePages.ON.decide(settings, root))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("my.conf: 1: farsight.storage.offheap.huge-pages: 'on' but")
          .hasMessageContaining("'" + mode + "'");
    }
  }

  @Test
  void areAbsentWhereTheKernelHasNone() {
    assertThat(HugePages.mode(root)).isEqualTo("absent");
    assertThat(HugePages.AUTO.decide(settings, root)).isFalse();
  }
}
