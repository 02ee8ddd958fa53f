package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.watch.runs.Comparison;
import dev.farsight.watch.runs.PastRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description = "Prints in what runs differ, settings and figures, and makes a page of it.")
final class CompareCommand implements Callable<Integer> {

  private final Shell shell;

  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Directories of runs.")
  private List<Path> folders;

  @Option(
      names = "--out",
      paramLabel = "FILE.html",
      description = "Leave a page with their curves, in one file that opens offline.")
  private Path page;

  CompareCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (page != null && Files.exists(page)) {
      throw new ConfigException("--out: " + page + " exists; name another file or remove that one");
    }
    var comparison = new Comparison(folders.stream().map(PastRun::read).toList());
    print("FIGURE", comparison.figures(), comparison);
    shell.out().println();
    if (comparison.settings().isEmpty()) {
      shell.out().println("no setting differs");
    } else {
      print("SETTING", comparison.settings(), comparison);
    }
    shell.out().println();
    shell.out().println(comparison.sameLosses() ? "the same losses, to the bit" : "losses differ");
    if (page != null) {
      write(comparison.html());
    }
    return 0;
  }

  private void print(String first, List<Comparison.Line> lines, Comparison comparison) {
    var table = new TextTable(row(first, comparison.names()).toArray(String[]::new));
    lines.forEach(line -> table.row(row(line.name(), line.values())));
    table.print(shell.out());
  }

  private static List<String> row(String first, List<String> others) {
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }

  private void write(String html) {
    try {
      Files.writeString(page, html);
      shell.out().println("page: " + page);
    } catch (IOException e) {
      throw new FarsightException("--out: " + page + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
