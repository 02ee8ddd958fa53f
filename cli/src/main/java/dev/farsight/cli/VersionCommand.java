package dev.farsight.cli;

import dev.farsight.engine.Version;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

@Command(name = "version", description = "Prints the version of Farsight and of what it runs on.")
final class VersionCommand implements Callable<Integer> {

  private final Shell shell;

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    shell.out().println(Text.line());
    return 0;
  }

  /** The same, for {@code --version}. */
  static final class Text implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {line()};
    }

    private static String line() {
      return String.format(
          Locale.ROOT,
          "farsight %s (commit %s) on Java %s, %s %s",
          Version.number(),
          Version.commit(),
          System.getProperty("java.version"),
          System.getProperty("os.name"),
          System.getProperty("os.arch"));
    }
  }
}
