package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real shells on real terminals, and the tabulator key. */
class CompletionTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bash --norc --noprofile", "zsh -f"})
  void aShellCompletesCommandsOptionsAndKeys(String shell) throws Exception {
    List<String> command = List.of(shell.split(" "));
    assumeTrue(Files.isExecutable(Path.of("/usr/bin", command.get(0))), shell + " is not there");
    Path home = folder.resolve("farsight home");
    String launcher = Distribution.make(home).launcher().toString();
    try (var terminal = PseudoTerminal.start(folder, command, 100, List.of())) {
      terminal.type(
          "source <(\"%s\" completion %s); echo so\"\"urced\n".formatted(launcher, command.get(0)));
      terminal.await(printed -> printed.contains("sourced\r\n"));
      completes(terminal, "farsight abl", "ablate");
      completes(terminal, "farsight trace rep", "replay");
      completes(terminal, "farsight train --res", "--resume");
      completes(terminal, "farsight check --set data.synthetic.zi", "data.synthetic.zipf=");
      Path conf = Files.writeString(folder.resolve("a-configuration.conf"), "");
      completes(terminal, "farsight train a-conf", conf.getFileName().toString());
      terminal.type("exit\n");
      terminal.status();
    }
  }

  /** Types what has begun, and a tabulator, and deletes the line. */
  private static void completes(PseudoTerminal terminal, String typed, String word)
      throws Exception {
    assertThat(terminal.printed()).doesNotContain(word);
    terminal.type(typed + "\t");
    terminal.await(printed -> printed.contains(word));
    terminal.type("\025");
  }

  @Test
  void keysAreThoseThatSetTakes() {
    assertThat(new ConfigKeys())
        .contains("cache.size=", "train.seed=", "checkpoint.every=", "model.dlrm.top-mlp=")
        .doesNotHaveDuplicates()
        .allMatch(key -> key.matches("[a-z][a-z0-9.-]*="));
  }
}
