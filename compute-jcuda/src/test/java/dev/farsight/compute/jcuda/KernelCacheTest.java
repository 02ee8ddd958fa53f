package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {

  @TempDir Path folder;

  @Test
  void compilesOnceForEachKey() throws IOException {
    var compiled = new AtomicInteger();
    var cache = new KernelCache(folder.resolve("new/folder"));
    for (int round = 0; round < 3; round++) {
      for (byte kernel = 0; kernel < 3; kernel++) {
        byte[] image = {kernel, 7};
        assertThat(
                cache.get(
                    "key " + kernel,
                    () -> {
                      compiled.incrementAndGet();
                      return image;
                    }))
            .isEqualTo(image);
      }
    }
    assertThat(compiled).hasValue(3);
    try (var files = Files.list(folder.resolve("new/folder"))) {
      assertThat(files).hasSize(3).allMatch(file -> file.toString().endsWith(".cubin"));
    }
  }

  @Test
  void aFolderThatCannotBeWrittenCostsTimeOnly() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    var cache = new KernelCache(file.resolve("below"));
    assertThat(cache.get("key", () -> new byte[] {1})).containsExactly(1);
  }

  @Test
  void theDefaultFollowsTheDesktopsConvention() {
    assertThat(KernelCache.defaultFolder(Map.of(), "/home/someone"))
        .isEqualTo(Path.of("/home/someone/.cache/farsight"));
    assertThat(KernelCache.defaultFolder(Map.of("XDG_CACHE_HOME", "/caches"), "/home/someone"))
        .isEqualTo(Path.of("/caches/farsight"));
  }
}
