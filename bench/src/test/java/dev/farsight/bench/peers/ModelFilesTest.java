package dev.farsight.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.internal.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bench/peers/model_files.py finds the files that FileNames named. */
class ModelFilesTest {

  private static final Path PEERS = Path.of("peers").toAbsolutePath();

  @TempDir private Path folder;

  private String python(String script, String input) throws Exception {
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Process process;
    try {
      var builder =
          new ProcessBuilder("python3", "-B", "-c", script)
              .redirectErrorStream(true)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile());
      builder.environment().put("PYTHONPATH", PEERS.toString());
      builder.environment().put("PYTHONUTF8", "1");
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, "no python3 here");
      return "";
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out, UTF_8);
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
