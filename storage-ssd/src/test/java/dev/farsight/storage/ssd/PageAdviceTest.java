package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.store.RowStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageAdviceTest {

  @TempDir Path folder;

  /** The kernel shows the advice as the flag rr of a mapping. */
  @Test
  void openFilesAreMappedForRandomReading() throws IOException {
    try (RowStore store = SsdRig.open(folder)) {
      assertThat(store.written(0)).isFalse();
      List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
      int mapped = 0;
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains(folder.toRealPath() + "/rows-")) {
          mapped++;
          while (!lines.get(i).startsWith("VmFlags:")) {
            i++;
          }
          assertThat(lines.get(i)).contains(" rr");
        }
      }
      assertThat(mapped).isGreaterThanOrEqualTo(3);
    }
  }
}
