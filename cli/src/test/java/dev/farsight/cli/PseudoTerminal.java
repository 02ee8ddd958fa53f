package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** A command on a real terminal, made by {@code script}, and what it printed there. */
final class PseudoTerminal implements AutoCloseable {

  private static final String CONTROL_C = "\003";

  private final Path folder;
  private final Process process;
  private final Reader reader;
  private final StringBuilder printed = new StringBuilder();

  private PseudoTerminal(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    this.reader = new InputStreamReader(process.getInputStream(), UTF_8);
  }

  /**
   * @param columns width of the terminal
   * @param resizes a new width every second, from {@link #resize} on
   */
  static PseudoTerminal start(Path folder, List<String> command, int columns, List<Integer> resizes)
      throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
    var line = new StringBuilder("stty rows 40 cols " + columns + "; ");
    if (!resizes.isEmpty()) {
      line.append("(until [ -e resize ]; do sleep .1; done; for c in");
      resizes.forEach(width -> line.append(' ').append(width));
      line.append("; do printf '\\033]0;%s\\a' $c; stty cols $c; sleep 1; done) </dev/tty & ");
    }
    line.append("exec env --default-signal=INT,TERM");
    command.forEach(word -> line.append(" '").append(word).append('\''));
    var builder =
        Distribution.builder(
            folder, List.of("script", "-qec", line.toString(), "/dev/null"), "TERM=xterm");
    return new PseudoTerminal(folder, builder.redirectErrorStream(true).start());
  }

  /** Reads until what was printed matches. */
  void await(Predicate<String> condition) throws IOException {
    while (!condition.test(printed.toString())) {
      assertThat(read()).as("the end, after: %s", printed).isTrue();
    }
  }

  /** Begins with the resizes. */
  void resize() throws IOException {
    Files.createFile(folder.resolve("resize"));
  }

  void controlC() throws IOException {
    type(CONTROL_C);
  }

  void type(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** Reads to the end. */
  int status() throws Exception {
    while (read()) {
      // All is kept.
    }
    return Distribution.status(process);
  }

  private boolean read() throws IOException {
    var chunk = new char[4096];
    int count = reader.read(chunk);
    printed.append(chunk, 0, Math.max(0, count));
    return count >= 0;
  }

  String printed() {
    return printed.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
