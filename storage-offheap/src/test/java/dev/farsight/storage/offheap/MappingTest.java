package dev.farsight.storage.offheap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isZeroedAlignedAndLargerThanAByteBuffer(boolean hugePages) {
    long bytes = (5L << 30) + 17;
    try (var mapping = Mapping.reserve(bytes, hugePages)) {
      ByteBuffer[] views = mapping.views(1, bytes - 1, 1 << 30);
      assertThat(views).hasSize(6);
      assertThat(views[5].capacity()).isEqualTo(16);
      assertThat(address(mapping) % (2 << 20)).isZero();
      for (int v = 0; v < views.length; v++) {
        assertThat(views[v].getLong(8)).isZero();
        views[v].putLong(8, v + 1);
      }
      for (int v = 0; v < views.length; v++) {
        assertThat(mapping.view(1 + ((long) v << 30), 16).getLong(8)).isEqualTo(v + 1);
      }
    }
  }

  @Test
  void viewsStayInside() {
    try (var mapping = Mapping.reserve(100, false)) {
      assertThat(mapping.view(100, 0).capacity()).isZero();
      assertThatThrownBy(() -> mapping.view(99, 2)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> mapping.view(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void moreThanTheAddressSpaceIsRefusedInOneLine() {
    assertThatThrownBy(() -> Mapping.reserve(1L << 60, true))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "storage offheap cannot map 1.0 EiB of memory: Cannot allocate memory (errno 12); see"
                + " ulimit -v and vm.overcommit_memory");
  }

  @ParameterizedTest
  @CsvSource({"1, false", "3, false", "2, true"})
  void populateTakesAllMemory(int threads, boolean hugePages) throws IOException {
    long bytes = (160L << 20) + 5;
    try (var mapping = Mapping.reserve(bytes, hugePages);
        var workers = new Workers("test", threads)) {
      long before = resident(address(mapping));
      mapping.populate(workers);
      assertThat(resident(address(mapping)) - before).isGreaterThanOrEqualTo(bytes - (1 << 20));
      assertThat(mapping.view(bytes - 8, 8).getLong(0)).isZero();
    }
  }

  @Test
  void otherPlatformsGetOneLine() {
    assertThatThrownBy(() -> LibC.requirePlatform("Mac OS X", "aarch64"))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "storage offheap needs linux-x86_64, this is Mac OS X on aarch64; choose another"
                + " storage.backend");
    assertThatThrownBy(() -> LibC.requirePlatform("Linux", "aarch64"))
        .isInstanceOf(FarsightException.class);
  }

  private static long address(Mapping mapping) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(mapping.view(0, 1)));
  }

  /** Resident bytes of the mapping at an address, as the kernel tells. */
  private static long resident(long address) throws IOException {
    boolean here = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-", 2);
        here =
            Long.parseUnsignedLong(range[0], 16) <= address
                && address < Long.parseUnsignedLong(range[1], 16);
      } else if (here && line.startsWith("Rss:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no mapping at " + Long.toHexString(address));
  }
}
