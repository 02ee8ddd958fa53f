package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.internal.FileNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bench/peers/model_files.py finds the files that FileNames named. */
class ModelFilesTest {

  @TempDir private Path folder;

  private String python(String script, String input) throws Exception {
    return Python.run(folder, input, "-c", script);
  }

  @Test
  void namesOfAllKindsAreFound() throws Exception {
    long seed = 11;
    var random = new Random(seed);
    List<String> names =
        new ArrayList<>(
            List.of("C1", "user/id", "..", ".a.b", "%41", "x".repeat(300), "Ж", "a b", "~"));
    for (int i = 0; i < 200; i++) {
      names.add(
          random
              .ints(1 + random.nextInt(150), 0x21, 0x3000)
              .filter(c -> c < 0xd800 && Character.isDefined(c))
              .filter(c -> !Character.isISOControl(c) && c != 0x2028 && c != 0x2029)
              .collect(
                  () -> new StringBuilder("n"),
                  StringBuilder::appendCodePoint,
                  StringBuilder::append)
              .toString());
    }
    String found =
        python(
            "import sys; from model_files import file_name\n"
                + "for line in sys.stdin.read().split('\\n'): print(file_name(line))",
            String.join("\n", names));
    assertThat(found.lines().toList())
        .as("seed " + seed)
        .isEqualTo(names.stream().map(FileNames::of).toList());
  }

  @Test
  void aFileOfAnEarlierVersionIsFoundToo() throws Exception {
    Files.writeString(folder.resolve("a b.npy"), "");
    Files.writeString(folder.resolve(FileNames.of("c d") + ".npy"), "");
    String script =
        "import pathlib; from model_files import array; d = pathlib.Path('%s')\n".formatted(folder)
            + "print(array(d, 'a b', '.npy').name); print(array(d, 'c d', '.npy').name)";
    assertThat(python(script, "").lines().toList()).containsExactly("a b.npy", "c%20d.npy");
  }
}
